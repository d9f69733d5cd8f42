//! Prefetching: while a consumer is busy, its helper fetches the next item already.

use std::collections::VecDeque;
use std::sync::mpsc;
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
        self.state.lock().unwrap().closed = true;
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
    assert!(consumers > 0, "consumers must be at least 1");
    let buffer = &BoundedBuffer::new(capacity);
    let (produce, consume) = (&produce, &consume);
    thread::scope(|scope| {
        for _ in 0..consumers {
            scope.spawn(move || {
                let _guard = OnTheWayOut(buffer);
                // The next item lies ready while this one is consumed.
                let (ahead, next) = mpsc::sync_channel(1);
                thread::scope(|inner| {
                    inner.spawn(move || {
                        while let Some(item) = buffer.get() {
                            if ahead.send(item).is_err() {
                                break;
                            }
                        }
                    });
                    for item in next {
                        consume(item);
                    }
                });
            });
        }
        let _guard = OnTheWayOut(buffer);
        thread::scope(|inner| {
            for mut source in sources {
                inner.spawn(move || {
                    while let Some(item) = produce(&mut source)
                        && buffer.put(item).is_ok()
                    {}
                });
            }
        });
    });
}

struct OnTheWayOut<'a, T>(&'a BoundedBuffer<T>);

impl<T> Drop for OnTheWayOut<'_, T> {
    fn drop(&mut self) {
        self.0.close();
    }
}
