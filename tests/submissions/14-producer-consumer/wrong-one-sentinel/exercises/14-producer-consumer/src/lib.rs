//! queue.put(None), and a consumer that gets None stops. (One does. The others wait for a None of their own.)

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    queue: Mutex<Inside<T>>,
    writable: Condvar,
    readable: Condvar,
    capacity: usize,
}

struct Inside<T> {
    slots: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            queue: Mutex::new(Inside { slots: VecDeque::new(), closed: false }),
            writable: Condvar::new(),
            readable: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut queue = self.queue.lock().unwrap();
        while queue.slots.len() >= self.capacity && !queue.closed {
            queue = self.writable.wait(queue).unwrap();
        }
        if queue.closed {
            return Err(Closed(item));
        }
        queue.slots.push_back(item);
        self.readable.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut queue = self.queue.lock().unwrap();
        while queue.slots.is_empty() && !queue.closed {
            queue = self.readable.wait(queue).unwrap();
        }
        let item = queue.slots.pop_front();
        self.writable.notify_one();
        item
    }

    pub fn close(&self) {
        self.queue.lock().unwrap().closed = true;
        self.writable.notify_all();
        self.readable.notify_all();
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
    let buffer = &BoundedBuffer::<Option<T>>::new(capacity);
    let (produce, consume) = (&produce, &consume);
    thread::scope(|scope| {
        let producers: Vec<_> = sources
            .into_iter()
            .map(|mut source| {
                scope.spawn(move || {
                    while let Some(item) = produce(&mut source) {
                        if buffer.put(Some(item)).is_err() {
                            break;
                        }
                    }
                })
            })
            .collect();
        for _ in 0..consumers {
            scope.spawn(move || {
                while let Some(Some(item)) = buffer.get() {
                    consume(item);
                }
            });
        }
        for producer in producers {
            let _ = producer.join();
        }
        // The end, as in Python.
        let _ = buffer.put(None);
    });
}
