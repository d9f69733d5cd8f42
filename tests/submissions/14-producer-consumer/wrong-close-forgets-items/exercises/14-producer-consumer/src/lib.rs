//! Closed is closed: nothing goes in and nothing comes out.

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    pipe: Mutex<Inside<T>>,
    drained: Condvar,
    filled: Condvar,
    capacity: usize,
}

struct Inside<T> {
    water: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            pipe: Mutex::new(Inside { water: VecDeque::new(), closed: false }),
            drained: Condvar::new(),
            filled: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut pipe = self.pipe.lock().unwrap();
        while pipe.water.len() >= self.capacity && !pipe.closed {
            pipe = self.drained.wait(pipe).unwrap();
        }
        if pipe.closed {
            return Err(Closed(item));
        }
        pipe.water.push_back(item);
        self.filled.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut pipe = self.pipe.lock().unwrap();
        loop {
            if pipe.closed {
                return None;
            }
            if let Some(item) = pipe.water.pop_front() {
                self.drained.notify_one();
                return Some(item);
            }
            pipe = self.filled.wait(pipe).unwrap();
        }
    }

    pub fn close(&self) {
        self.pipe.lock().unwrap().closed = true;
        self.drained.notify_all();
        self.filled.notify_all();
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
