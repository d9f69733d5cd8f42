//! get only reads when it looks, so an RwLock. (Several readers at a time would share the items, and those may only be sent.)

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, RwLock};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    items: RwLock<VecDeque<T>>,
    closed: Mutex<bool>,
    changed: Condvar,
    capacity: usize,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            items: RwLock::new(VecDeque::new()),
            closed: Mutex::new(false),
            changed: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let closed = self.closed.lock().unwrap();
        let full = |closed: &mut bool| !*closed && self.items.read().unwrap().len() == self.capacity;
        let closed = self.changed.wait_while(closed, full).unwrap();
        if *closed {
            return Err(Closed(item));
        }
        self.items.write().unwrap().push_back(item);
        self.changed.notify_all();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let closed = self.closed.lock().unwrap();
        let empty = |closed: &mut bool| !*closed && self.items.read().unwrap().is_empty();
        let _closed = self.changed.wait_while(closed, empty).unwrap();
        self.changed.notify_all();
        self.items.write().unwrap().pop_front()
    }

    pub fn close(&self) {
        *self.closed.lock().unwrap() = true;
        self.changed.notify_all();
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
