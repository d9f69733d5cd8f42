//! while let receives and consumes in one line. (The guard lives to the end of the body.)

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    inner: Mutex<Inside<T>>,
    space: Condvar,
    item: Condvar,
    capacity: usize,
}

struct Inside<T> {
    deque: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            inner: Mutex::new(Inside { deque: VecDeque::new(), closed: false }),
            space: Condvar::new(),
            item: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut inner = self.inner.lock().unwrap();
        while inner.deque.len() >= self.capacity && !inner.closed {
            inner = self.space.wait(inner).unwrap();
        }
        if inner.closed {
            return Err(Closed(item));
        }
        inner.deque.push_back(item);
        self.item.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut inner = self.inner.lock().unwrap();
        while inner.deque.is_empty() && !inner.closed {
            inner = self.item.wait(inner).unwrap();
        }
        let item = inner.deque.pop_front();
        self.space.notify_one();
        item
    }

    pub fn close(&self) {
        self.inner.lock().unwrap().closed = true;
        self.space.notify_all();
        self.item.notify_all();
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
    assert!(consumers > 0 && capacity > 0, "consumers and capacity must be at least 1");
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(capacity);
        let receiver = Arc::new(Mutex::new(receiver));
        for mut source in sources {
            let sender = sender.clone();
            let produce = &produce;
            scope.spawn(move || {
                while let Some(item) = produce(&mut source) {
                    if sender.send(item).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for _ in 0..consumers {
            let receiver = receiver.clone();
            let consume = &consume;
            scope.spawn(move || {
                while let Ok(item) = receiver.lock().unwrap().recv() {
                    consume(item);
                }
            });
        }
        drop(receiver);
    });
}
