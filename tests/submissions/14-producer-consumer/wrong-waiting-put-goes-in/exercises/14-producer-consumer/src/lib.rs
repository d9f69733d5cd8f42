//! First: is it closed? Then: is there room? In this order, as in the contract.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    m: Mutex<Inside<T>>,
    not_full: Condvar,
    not_empty: Condvar,
    capacity: usize,
}

struct Inside<T> {
    q: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            m: Mutex::new(Inside { q: VecDeque::new(), closed: false }),
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut m = self.m.lock().unwrap();
        if m.closed {
            return Err(Closed(item));
        }
        while m.q.len() == self.capacity && !m.closed {
            m = self.not_full.wait(m).unwrap();
        }
        m.q.push_back(item);
        self.not_empty.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut m = self.m.lock().unwrap();
        while m.q.is_empty() && !m.closed {
            m = self.not_empty.wait(m).unwrap();
        }
        let item = m.q.pop_front();
        self.not_full.notify_one();
        item
    }

    pub fn close(&self) {
        self.m.lock().unwrap().closed = true;
        self.not_full.notify_all();
        self.not_empty.notify_all();
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
