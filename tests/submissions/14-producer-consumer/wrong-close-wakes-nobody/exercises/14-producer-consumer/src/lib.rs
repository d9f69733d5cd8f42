//! close sets a flag; everybody looks at the flag before doing anything. (Those who sleep do not look.)

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    core: Mutex<Inside<T>>,
    free: Condvar,
    filled: Condvar,
    capacity: usize,
}

struct Inside<T> {
    stock: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            core: Mutex::new(Inside { stock: VecDeque::new(), closed: false }),
            free: Condvar::new(),
            filled: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut core = self.core.lock().unwrap();
        while core.stock.len() >= self.capacity && !core.closed {
            core = self.free.wait(core).unwrap();
        }
        if core.closed {
            return Err(Closed(item));
        }
        core.stock.push_back(item);
        self.filled.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut core = self.core.lock().unwrap();
        while core.stock.is_empty() && !core.closed {
            core = self.filled.wait(core).unwrap();
        }
        let item = core.stock.pop_front();
        self.free.notify_one();
        item
    }

    pub fn close(&self) {
        self.core.lock().unwrap().closed = true;
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
