//! get waits in a loop, because several getters may run for one item. put need not: for each free place one putter is woken.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    belt: Mutex<Inside<T>>,
    space: Condvar,
    goods: Condvar,
    capacity: usize,
}

struct Inside<T> {
    things: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            belt: Mutex::new(Inside { things: VecDeque::new(), closed: false }),
            space: Condvar::new(),
            goods: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut belt = self.belt.lock().unwrap();
        if belt.things.len() == self.capacity && !belt.closed {
            belt = self.space.wait(belt).unwrap();
        }
        if belt.closed {
            Err(Closed(item))
        } else {
            belt.things.push_back(item);
            self.goods.notify_one();
            Ok(())
        }
    }

    pub fn get(&self) -> Option<T> {
        let mut belt = self.belt.lock().unwrap();
        while belt.things.is_empty() && !belt.closed {
            belt = self.goods.wait(belt).unwrap();
        }
        let item = belt.things.pop_front();
        self.space.notify_one();
        item
    }

    pub fn close(&self) {
        self.belt.lock().unwrap().closed = true;
        self.space.notify_all();
        self.goods.notify_all();
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
