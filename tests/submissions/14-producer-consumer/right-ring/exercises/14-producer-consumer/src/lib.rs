//! A ring: a fixed array, the place of the oldest item, and how many there are.

use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread::{self, ScopedJoinHandle};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

struct Ring<T> {
    slots: Vec<Option<T>>,
    head: usize,
    len: usize,
    closed: bool,
}

impl<T> Ring<T> {
    fn is_full(&self) -> bool {
        self.len == self.slots.len()
    }

    fn push(&mut self, item: T) {
        let tail = (self.head + self.len) % self.slots.len();
        self.slots[tail] = Some(item);
        self.len += 1;
    }

    fn pop(&mut self) -> Option<T> {
        let item = self.slots[self.head].take()?;
        self.head = (self.head + 1) % self.slots.len();
        self.len -= 1;
        Some(item)
    }
}

pub struct BoundedBuffer<T> {
    ring: Mutex<Ring<T>>,
    getters: Condvar,
    putters: Condvar,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity != 0, "capacity must be greater than zero");
        let slots = (0..capacity).map(|_| None).collect();
        Self {
            ring: Mutex::new(Ring { slots, head: 0, len: 0, closed: false }),
            getters: Condvar::new(),
            putters: Condvar::new(),
        }
    }

    fn ring(&self) -> MutexGuard<'_, Ring<T>> {
        self.ring.lock().expect("not poisoned")
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut ring = self.ring();
        while !ring.closed {
            if !ring.is_full() {
                ring.push(item);
                drop(ring);
                self.getters.notify_one();
                return Ok(());
            }
            ring = self.putters.wait(ring).expect("not poisoned");
        }
        Err(Closed(item))
    }

    pub fn get(&self) -> Option<T> {
        let mut ring = self.ring();
        while ring.len == 0 {
            if ring.closed {
                return None;
            }
            ring = self.getters.wait(ring).expect("not poisoned");
        }
        let item = ring.pop();
        drop(ring);
        self.putters.notify_one();
        item
    }

    pub fn close(&self) {
        let mut ring = self.ring();
        ring.closed = true;
        self.getters.notify_all();
        self.putters.notify_all();
    }
}

/// Closes the buffer in any case.
struct Closer<'a, T>(&'a BoundedBuffer<T>);

impl<T> Drop for Closer<'_, T> {
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
    assert!(consumers != 0, "consumers must be greater than zero");
    let buffer = BoundedBuffer::new(capacity);
    thread::scope(|scope| {
        for _ in 0..consumers {
            // A consumer leaves only when the buffer is closed, or by a panic: so closing at its end is never too early.
            scope.spawn(|| {
                let closer = Closer(&buffer);
                while let Some(item) = closer.0.get() {
                    consume(item);
                }
            });
        }
        let closer = Closer(&buffer);
        let mut producers: Vec<ScopedJoinHandle<'_, ()>> = Vec::new();
        for mut source in sources {
            let (buffer, produce) = (&buffer, &produce);
            producers.push(scope.spawn(move || {
                while let Some(item) = produce(&mut source) {
                    if let Err(Closed(_lost)) = buffer.put(item) {
                        break;
                    }
                }
            }));
        }
        let failures = producers.into_iter().map(ScopedJoinHandle::join).filter(Result::is_err).count();
        drop(closer);
        assert_eq!(failures, 0, "producers have panicked");
    });
}
