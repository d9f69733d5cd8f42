//! Two locks: one for the queue, and one so that only one thread at a time changes the buffer.

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    operation: Mutex<()>,
    queue: Mutex<Queue<T>>,
    changed: Condvar,
}

struct Queue<T> {
    items: VecDeque<T>,
    capacity: usize,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        let queue = Queue { items: VecDeque::new(), capacity, closed: false };
        Self { operation: Mutex::new(()), queue: Mutex::new(queue), changed: Condvar::new() }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let _operation = self.operation.lock().unwrap();
        let queue = self.queue.lock().unwrap();
        let mut queue = self.changed.wait_while(queue, |q| q.items.len() == q.capacity && !q.closed).unwrap();
        if queue.closed {
            return Err(Closed(item));
        }
        queue.items.push_back(item);
        self.changed.notify_all();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let _operation = self.operation.lock().unwrap();
        let queue = self.queue.lock().unwrap();
        let mut queue = self.changed.wait_while(queue, |q| q.items.is_empty() && !q.closed).unwrap();
        self.changed.notify_all();
        queue.items.pop_front()
    }

    pub fn close(&self) {
        let _operation = self.operation.lock().unwrap();
        self.queue.lock().unwrap().closed = true;
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
