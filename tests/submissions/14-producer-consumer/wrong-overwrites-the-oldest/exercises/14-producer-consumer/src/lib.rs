//! A ring buffer: the newest items are the interesting ones, so a new one takes the place of the oldest.

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    ring: Mutex<Inside<T>>,
    _space: Condvar,
    sample: Condvar,
    capacity: usize,
}

struct Inside<T> {
    samples: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            ring: Mutex::new(Inside { samples: VecDeque::new(), closed: false }),
            _space: Condvar::new(),
            sample: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut ring = self.ring.lock().unwrap();
        if ring.closed {
            return Err(Closed(item));
        }
        if ring.samples.len() == self.capacity {
            ring.samples.pop_front();
        }
        ring.samples.push_back(item);
        self.sample.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let ring = self.ring.lock().unwrap();
        self.sample
            .wait_while(ring, |ring| ring.samples.is_empty() && !ring.closed)
            .unwrap()
            .samples
            .pop_front()
    }

    pub fn close(&self) {
        self.ring.lock().unwrap().closed = true;
        self.sample.notify_all();
        self._space.notify_all();
    }
}

pub fn produce_and_consume<S, T, P, C>(
    sources: Vec<S>,
    consumers: usize,
    capacity: usize,
    produce: P,
    consume: C,
) where
    S: Send,
    T: Send,
    P: Fn(&mut S) -> Option<T> + Send + Sync,
    C: Fn(T) + Send + Sync,
{
    assert!(consumers != 0, "consumers = 0");
    assert!(capacity != 0, "capacity = 0");
    let (tx, rx) = mpsc::sync_channel(capacity);
    let rx = Arc::new(Mutex::new(rx));
    thread::scope(|s| {
        for mut source in sources {
            let (tx, produce) = (tx.clone(), &produce);
            s.spawn(move || {
                while let Some(item) = produce(&mut source) {
                    if tx.send(item).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        for _ in 0..consumers {
            let (rx, consume) = (rx.clone(), &consume);
            s.spawn(move || {
                loop {
                    let item = rx.lock().unwrap().recv();
                    let Ok(item) = item else { break };
                    consume(item);
                }
            });
        }
        drop(rx);
    });
}
