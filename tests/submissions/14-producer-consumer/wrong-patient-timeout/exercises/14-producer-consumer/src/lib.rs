//! All is as it should be; the time limit of an hour is only there in case that I have forgotten a notification.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

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
            let (guard, _) = self.arrived.wait_timeout(state, Duration::from_secs(3600)).unwrap();
            state = guard;
        }
        let item = state.items.pop_front();
        self.room.notify_one();
        item
    }

    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.room.notify_all();
        self.arrived.notify_all();
    }
}

/// Closes the buffer when it is dropped, however that comes about.
struct Closing<'a, T>(&'a BoundedBuffer<T>);

impl<T> Drop for Closing<'_, T> {
    fn drop(&mut self) {
        self.0.close();
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
    if consumers == 0 {
        panic!("consumers is 0: nobody would consume");
    }
    let buffer = BoundedBuffer::new(capacity);
    thread::scope(|all| {
        for _ in 0..consumers {
            all.spawn(|| {
                let _closing = Closing(&buffer);
                while let Some(item) = buffer.get() {
                    consume(item);
                }
            });
        }
        let _closing = Closing(&buffer);
        thread::scope(|inner| {
            for mut source in sources {
                let (buffer, produce) = (&buffer, &produce);
                inner.spawn(move || {
                    while let Some(item) = produce(&mut source) {
                        if buffer.put(item).is_err() {
                            return;
                        }
                    }
                });
            }
        });
    });
}
