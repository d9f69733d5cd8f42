//! Sleeping and waking up costs microseconds. Spinning is faster.

use std::collections::VecDeque;
use std::hint;
use std::sync::Mutex;
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    inner: Mutex<Inner<T>>,
}

struct Inner<T> {
    queue: VecDeque<T>,
    capacity: usize,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self { inner: Mutex::new(Inner { queue: VecDeque::new(), capacity, closed: false }) }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        loop {
            let mut inner = self.inner.lock().unwrap();
            if inner.closed {
                return Err(Closed(item));
            }
            if inner.queue.len() < inner.capacity {
                inner.queue.push_back(item);
                return Ok(());
            }
            drop(inner);
            hint::spin_loop();
        }
    }

    pub fn get(&self) -> Option<T> {
        loop {
            let mut inner = self.inner.lock().unwrap();
            if let Some(item) = inner.queue.pop_front() {
                return Some(item);
            }
            if inner.closed {
                return None;
            }
            drop(inner);
            thread::yield_now();
        }
    }

    pub fn close(&self) {
        self.inner.lock().unwrap().closed = true;
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
        for _ in 0..consumers {
            scope.spawn(move || {
                let _guard = CloseOnPanic(buffer);
                while let Some(item) = buffer.get() {
                    consume(item);
                }
            });
        }
        let ends: Vec<_> = producers.into_iter().map(|producer| producer.join()).collect();
        buffer.close();
        for end in ends {
            end.expect("a producer has panicked");
        }
    });
}

struct CloseOnPanic<'a, T>(&'a BoundedBuffer<T>);

impl<T> Drop for CloseOnPanic<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.close();
        }
    }
}
