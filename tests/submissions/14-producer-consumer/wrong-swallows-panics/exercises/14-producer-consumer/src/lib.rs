//! A pipeline has to be robust: a panic is caught, and it goes on with the next item.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    core: Mutex<Inside<T>>,
    slots: Condvar,
    news: Condvar,
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
            core: Mutex::new(Inside { items: VecDeque::new(), closed: false }),
            slots: Condvar::new(),
            news: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut core = self.core.lock().unwrap();
        while core.items.len() >= self.capacity && !core.closed {
            core = self.slots.wait(core).unwrap();
        }
        if core.closed {
            return Err(Closed(item));
        }
        core.items.push_back(item);
        self.news.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut core = self.core.lock().unwrap();
        while core.items.is_empty() && !core.closed {
            core = self.news.wait(core).unwrap();
        }
        let item = core.items.pop_front();
        self.slots.notify_one();
        item
    }

    pub fn close(&self) {
        self.core.lock().unwrap().closed = true;
        self.slots.notify_all();
        self.news.notify_all();
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
    let safely = |call: &mut dyn FnMut()| {
        // One bad item must not stop the others.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(call));
    };
    thread::scope(|scope| {
        let (buffer, safely, produce, consume) = (&buffer, &safely, &produce, &consume);
        for _ in 0..consumers {
            scope.spawn(move || {
                while let Some(item) = buffer.get() {
                    let mut item = Some(item);
                    safely(&mut || consume(item.take().unwrap()));
                }
            });
        }
        let producers: Vec<_> = sources
            .into_iter()
            .map(|mut source| {
                scope.spawn(move || {
                    safely(&mut || {
                        while let Some(item) = produce(&mut source) {
                            let _ = buffer.put(item);
                        }
                    });
                })
            })
            .collect();
        for producer in producers {
            let _ = producer.join();
        }
        buffer.close();
    });
}
