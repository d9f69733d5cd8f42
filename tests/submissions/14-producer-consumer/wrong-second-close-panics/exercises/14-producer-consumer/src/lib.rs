//! Closing twice is surely a mistake. Better to say so than to hide it.

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    state: Mutex<Inside<T>>,
    room: Condvar,
    arrived: Condvar,
    capacity: usize,
}

struct Inside<T> {
    items: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            state: Mutex::new(Inside { items: VecDeque::new(), closed: false }),
            room: Condvar::new(),
            arrived: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut state = self.state.lock().unwrap();
        while state.items.len() >= self.capacity && !state.closed {
            state = self.room.wait(state).unwrap();
        }
        if state.closed {
            return Err(Closed(item));
        }
        state.items.push_back(item);
        self.arrived.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        while state.items.is_empty() && !state.closed {
            state = self.arrived.wait(state).unwrap();
        }
        let item = state.items.pop_front();
        self.room.notify_one();
        item
    }

    pub fn close(&self) {
        let mut state = self.state.lock().unwrap();
        if state.closed {
            drop(state);
            panic!("closed twice");
        }
        state.closed = true;
        self.room.notify_all();
        self.arrived.notify_all();
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
