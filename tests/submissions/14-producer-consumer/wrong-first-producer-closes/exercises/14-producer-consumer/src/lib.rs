//! A producer that has nothing more closes the buffer. That is what close is for.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    state: Mutex<Inside<T>>,
    full: Condvar,
    empty: Condvar,
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
            full: Condvar::new(),
            empty: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut state = self.state.lock().unwrap();
        while state.items.len() >= self.capacity && !state.closed {
            state = self.full.wait(state).unwrap();
        }
        if state.closed {
            return Err(Closed(item));
        }
        state.items.push_back(item);
        self.empty.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        while state.items.is_empty() && !state.closed {
            state = self.empty.wait(state).unwrap();
        }
        let item = state.items.pop_front();
        self.full.notify_one();
        item
    }

    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.full.notify_all();
        self.empty.notify_all();
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
    assert!(consumers > 0, "consumers must be at least 1");
    let buffer = BoundedBuffer::new(capacity);
    let nothing_to_do = sources.is_empty();
    thread::scope(|scope| {
        for mut source in sources {
            let (buffer, produce) = (&buffer, &produce);
            scope.spawn(move || {
                let _close = CloseAtTheEnd(buffer);
                while let Some(item) = produce(&mut source) {
                    if buffer.put(item).is_err() {
                        break;
                    }
                }
            });
        }
        if nothing_to_do {
            buffer.close();
        }
        for _ in 0..consumers {
            scope.spawn(|| {
                let _close = CloseAtTheEnd(&buffer);
                while let Some(item) = buffer.get() {
                    consume(item);
                }
            });
        }
    });
}

struct CloseAtTheEnd<'a, T>(&'a BoundedBuffer<T>);

impl<T> Drop for CloseAtTheEnd<'_, T> {
    fn drop(&mut self) {
        self.0.close();
    }
}
