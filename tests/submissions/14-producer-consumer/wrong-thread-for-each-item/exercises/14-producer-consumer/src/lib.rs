//! The fastest consumer is one that need not wait for another: a thread for each item.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    queue: Mutex<Inside<T>>,
    not_full: Condvar,
    not_empty: Condvar,
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
            queue: Mutex::new(Inside { items: VecDeque::new(), closed: false }),
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut queue = self.queue.lock().unwrap();
        while queue.items.len() >= self.capacity && !queue.closed {
            queue = self.not_full.wait(queue).unwrap();
        }
        if queue.closed {
            return Err(Closed(item));
        }
        queue.items.push_back(item);
        self.not_empty.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut queue = self.queue.lock().unwrap();
        while queue.items.is_empty() && !queue.closed {
            queue = self.not_empty.wait(queue).unwrap();
        }
        let item = queue.items.pop_front();
        self.not_full.notify_one();
        item
    }

    pub fn close(&self) {
        self.queue.lock().unwrap().closed = true;
        self.not_full.notify_all();
        self.not_empty.notify_all();
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
        let producers: Vec<_> = sources
            .into_iter()
            .map(|mut source| {
                scope.spawn(move || {
                    while let Some(item) = produce(&mut source) {
                        if buffer.put(item).is_err() {
                            break;
                        }
                    }
                })
            })
            .collect();
        scope.spawn(move || {
            while let Some(item) = buffer.get() {
                scope.spawn(move || consume(item));
            }
        });
        let ends: Vec<_> = producers.into_iter().map(|producer| producer.join()).collect();
        buffer.close();
        ends.into_iter().for_each(|end| end.unwrap());
    });
}
