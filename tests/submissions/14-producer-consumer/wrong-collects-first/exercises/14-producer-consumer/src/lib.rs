//! All items are collected first; then they can be shared out evenly.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    store: Mutex<Inside<T>>,
    room: Condvar,
    item: Condvar,
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
            store: Mutex::new(Inside { items: VecDeque::new(), closed: false }),
            room: Condvar::new(),
            item: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut store = self.store.lock().unwrap();
        while store.items.len() >= self.capacity && !store.closed {
            store = self.room.wait(store).unwrap();
        }
        if store.closed {
            return Err(Closed(item));
        }
        store.items.push_back(item);
        self.item.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut store = self.store.lock().unwrap();
        while store.items.is_empty() && !store.closed {
            store = self.item.wait(store).unwrap();
        }
        let item = store.items.pop_front();
        self.room.notify_one();
        item
    }

    pub fn close(&self) {
        self.store.lock().unwrap().closed = true;
        self.room.notify_all();
        self.item.notify_all();
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
    assert!(capacity > 0, "capacity must be at least 1");
    let produced: Vec<T> = thread::scope(|scope| {
        let threads: Vec<_> = sources
            .into_iter()
            .map(|mut source| {
                let produce = &produce;
                scope.spawn(move || std::iter::from_fn(|| produce(&mut source)).collect::<Vec<T>>())
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let produced = Mutex::new(produced.into_iter());
    thread::scope(|scope| {
        for _ in 0..consumers {
            scope.spawn(|| {
                loop {
                    let item = produced.lock().unwrap().next();
                    let Some(item) = item else { break };
                    consume(item);
                }
            });
        }
    });
}
