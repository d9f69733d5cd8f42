//! `closed` is a OnceLock: it can be set once, and nobody can take it back. It is set under the lock, so that nobody misses it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, OnceLock};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    items: Mutex<VecDeque<T>>,
    closed: OnceLock<()>,
    changed: Condvar,
    capacity: usize,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity >= 1, "a capacity of 0 holds nothing");
        Self { items: Mutex::default(), closed: OnceLock::new(), changed: Condvar::new(), capacity }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut items = self.items.lock().unwrap();
        loop {
            if self.closed.get().is_some() {
                break Err(Closed(item));
            }
            if items.len() < self.capacity {
                items.push_back(item);
                self.changed.notify_all();
                break Ok(());
            }
            items = self.changed.wait(items).unwrap();
        }
    }

    pub fn get(&self) -> Option<T> {
        let mut items = self.items.lock().unwrap();
        loop {
            match items.pop_front() {
                Some(item) => {
                    self.changed.notify_all();
                    break Some(item);
                }
                None if self.closed.get().is_some() => break None,
                None => items = self.changed.wait(items).unwrap(),
            }
        }
    }

    pub fn close(&self) {
        let items = self.items.lock().unwrap();
        self.closed.get_or_init(|| ());
        drop(items);
        self.changed.notify_all();
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
