//! Dijkstra, 1965: one semaphore counts the free places, another one the items, and the queue has a lock of its own.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

struct Semaphore {
    count: Mutex<Count>,
    up: Condvar,
}

struct Count {
    value: usize,
    /// The barrier is up for good: nobody waits here any more.
    open: bool,
}

impl Semaphore {
    fn new(value: usize) -> Self {
        Self { count: Mutex::new(Count { value, open: false }), up: Condvar::new() }
    }

    fn p(&self) {
        let mut count = self.count.lock().unwrap();
        while count.value == 0 && !count.open {
            count = self.up.wait(count).unwrap();
        }
        count.value = count.value.saturating_sub(1);
    }

    fn v(&self) {
        self.count.lock().unwrap().value += 1;
        self.up.notify_one();
    }

    fn open(&self) {
        self.count.lock().unwrap().open = true;
        self.up.notify_all();
    }
}

struct Queue<T> {
    items: VecDeque<T>,
    closed: bool,
}

pub struct BoundedBuffer<T> {
    places: Semaphore,
    items: Semaphore,
    queue: Mutex<Queue<T>>,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity >= 1, "capacity: {capacity}");
        Self {
            places: Semaphore::new(capacity),
            items: Semaphore::new(0),
            queue: Mutex::new(Queue { items: VecDeque::new(), closed: false }),
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        self.places.p();
        let mut queue = self.queue.lock().unwrap();
        if queue.closed {
            return Err(Closed(item));
        }
        queue.items.push_back(item);
        drop(queue);
        self.items.v();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        self.items.p();
        let item = self.queue.lock().unwrap().items.pop_front()?;
        self.places.v();
        Some(item)
    }

    pub fn close(&self) {
        self.queue.lock().unwrap().closed = true;
        self.places.open();
        self.items.open();
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
    assert!(consumers >= 1, "consumers: {consumers}");
    let buffer = &BoundedBuffer::new(capacity);
    let produce = &produce;
    let consume = &consume;
    thread::scope(|all| {
        all.spawn(move || {
            // The end of this inner scope is the end of all producers, whether they panic or not.
            struct AtTheEnd<'a, T>(&'a BoundedBuffer<T>);
            impl<T> Drop for AtTheEnd<'_, T> {
                fn drop(&mut self) {
                    self.0.close();
                }
            }
            let _at_the_end = AtTheEnd(buffer);
            thread::scope(|producers| {
                for mut source in sources {
                    producers.spawn(move || {
                        while let Some(item) = produce(&mut source) {
                            if buffer.put(item).is_err() {
                                return;
                            }
                        }
                    });
                }
            });
        });
        for _ in 0..consumers {
            all.spawn(move || {
                struct IfPanicking<'a, T>(&'a BoundedBuffer<T>);
                impl<T> Drop for IfPanicking<'_, T> {
                    fn drop(&mut self) {
                        if thread::panicking() {
                            self.0.close();
                        }
                    }
                }
                let _if_panicking = IfPanicking(buffer);
                while let Some(item) = buffer.get() {
                    consume(item);
                }
            });
        }
    });
}
