//! Whoever changes something notifies: put one, get one, close one.

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    data: Mutex<Inside<T>>,
    slots: Condvar,
    ready: Condvar,
    capacity: usize,
}

struct Inside<T> {
    fifo: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            data: Mutex::new(Inside { fifo: VecDeque::new(), closed: false }),
            slots: Condvar::new(),
            ready: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut data = self.data.lock().unwrap();
        while data.fifo.len() >= self.capacity && !data.closed {
            data = self.slots.wait(data).unwrap();
        }
        if data.closed {
            return Err(Closed(item));
        }
        data.fifo.push_back(item);
        self.ready.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut data = self.data.lock().unwrap();
        while data.fifo.is_empty() && !data.closed {
            data = self.ready.wait(data).unwrap();
        }
        let item = data.fifo.pop_front();
        self.slots.notify_one();
        item
    }

    pub fn close(&self) {
        self.data.lock().unwrap().closed = true;
        self.ready.notify_one();
        self.slots.notify_one();
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
