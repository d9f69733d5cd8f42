//! When all threads have ended the buffer is closed, tidily.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    content: Mutex<Inside<T>>,
    has_room: Condvar,
    has_item: Condvar,
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
            content: Mutex::new(Inside { items: VecDeque::new(), closed: false }),
            has_room: Condvar::new(),
            has_item: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut content = self.content.lock().unwrap();
        while content.items.len() >= self.capacity && !content.closed {
            content = self.has_room.wait(content).unwrap();
        }
        if content.closed {
            return Err(Closed(item));
        }
        content.items.push_back(item);
        self.has_item.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut content = self.content.lock().unwrap();
        while content.items.is_empty() && !content.closed {
            content = self.has_item.wait(content).unwrap();
        }
        let item = content.items.pop_front();
        self.has_room.notify_one();
        item
    }

    pub fn close(&self) {
        self.content.lock().unwrap().closed = true;
        self.has_room.notify_all();
        self.has_item.notify_all();
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
    if sources.is_empty() {
        return;
    }
    thread::scope(|scope| {
        for _ in 0..consumers {
            scope.spawn(|| {
                while let Some(item) = buffer.get() {
                    consume(item);
                }
            });
        }
        for mut source in sources {
            let (buffer, produce) = (&buffer, &produce);
            scope.spawn(move || {
                while let Some(item) = produce(&mut source) {
                    buffer.put(item).unwrap_or_else(|_| unreachable!("it is open"));
                }
            });
        }
    });
    buffer.close();
}
