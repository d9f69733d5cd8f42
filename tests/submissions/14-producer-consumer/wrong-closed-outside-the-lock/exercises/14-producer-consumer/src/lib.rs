//! closed is a single bit, so an atomic is enough for it, and close needs no lock.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    queue: Mutex<VecDeque<T>>,
    closed: AtomicBool,
    not_full: Condvar,
    not_empty: Condvar,
    capacity: usize,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            queue: Mutex::new(VecDeque::new()),
            closed: AtomicBool::new(false),
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
            capacity,
        }
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut queue = self.queue.lock().unwrap();
        while queue.len() == self.capacity && !self.is_closed() {
            queue = self.not_full.wait(queue).unwrap();
        }
        if self.is_closed() {
            return Err(Closed(item));
        }
        queue.push_back(item);
        self.not_empty.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut queue = self.queue.lock().unwrap();
        while queue.is_empty() && !self.is_closed() {
            queue = self.not_empty.wait(queue).unwrap();
        }
        self.not_full.notify_one();
        queue.pop_front()
    }

    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.not_full.notify_all();
        self.not_empty.notify_all();
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
    assert!(consumers != 0, "consumers = 0");
    assert!(capacity != 0, "capacity = 0");
    let (tx, rx) = mpsc::sync_channel(capacity);
    let rx = Arc::new(Mutex::new(rx));
    thread::scope(|s| {
        for mut source in sources {
            let (tx, produce) = (tx.clone(), &produce);
            s.spawn(move || {
                while let Some(item) = produce(&mut source) {
                    if tx.send(item).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        for _ in 0..consumers {
            let (rx, consume) = (rx.clone(), &consume);
            s.spawn(move || {
                loop {
                    let item = rx.lock().unwrap().recv();
                    let Ok(item) = item else { break };
                    consume(item);
                }
            });
        }
        drop(rx);
    });
}
