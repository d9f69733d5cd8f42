//! Two reasons to wait, so two condition variables. In the pipeline a counter says how many producers are left; the last one closes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

struct Inner<T> {
    queue: VecDeque<T>,
    closed: bool,
}

pub struct BoundedBuffer<T> {
    inner: Mutex<Inner<T>>,
    not_full: Condvar,
    not_empty: Condvar,
    capacity: usize,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must not be 0");
        Self {
            inner: Mutex::new(Inner { queue: VecDeque::with_capacity(capacity.min(1024)), closed: false }),
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut inner = self.inner.lock().unwrap();
        while inner.queue.len() >= self.capacity && !inner.closed {
            inner = self.not_full.wait(inner).unwrap();
        }
        if inner.closed {
            return Err(Closed(item));
        }
        inner.queue.push_back(item);
        self.not_empty.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut inner = self.inner.lock().unwrap();
        loop {
            if let Some(item) = inner.queue.pop_front() {
                self.not_full.notify_one();
                return Some(item);
            }
            if inner.closed {
                return None;
            }
            inner = self.not_empty.wait(inner).unwrap();
        }
    }

    pub fn close(&self) {
        self.inner.lock().unwrap().closed = true;
        self.not_full.notify_all();
        self.not_empty.notify_all();
    }
}

struct SignOff<'a, T> {
    buffer: &'a BoundedBuffer<T>,
    left: &'a AtomicUsize,
}

impl<T> Drop for SignOff<'_, T> {
    fn drop(&mut self) {
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 || thread::panicking() {
            self.buffer.close();
        }
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
    assert!(consumers > 0, "consumers must not be 0");
    let buffer = BoundedBuffer::new(capacity);
    if sources.is_empty() {
        return;
    }
    let producers_left = AtomicUsize::new(sources.len());
    let consumers_left = AtomicUsize::new(consumers);
    thread::scope(|s| {
        for mut source in sources {
            let sign_off = SignOff { buffer: &buffer, left: &producers_left };
            let produce = &produce;
            s.spawn(move || {
                let sign_off = sign_off;
                while let Some(item) = produce(&mut source) {
                    if sign_off.buffer.put(item).is_err() {
                        break;
                    }
                }
            });
        }
        for _ in 0..consumers {
            let sign_off = SignOff { buffer: &buffer, left: &consumers_left };
            let consume = &consume;
            s.spawn(move || {
                let sign_off = sign_off;
                while let Some(item) = sign_off.buffer.get() {
                    consume(item);
                }
            });
        }
    });
}
