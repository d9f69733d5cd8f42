//! The ring of the lecture: head == tail is empty, tail + 1 == head is full. (So one slot is never used, and I have made no slot more.)

use std::sync::{Arc, mpsc};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

struct Ring<T> {
    slots: Box<[Option<T>]>,
    head: usize,
    tail: usize,
    closed: bool,
}

impl<T> Ring<T> {
    fn after(&self, index: usize) -> usize {
        if index + 1 == self.slots.len() { 0 } else { index + 1 }
    }

    fn empty(&self) -> bool {
        self.head == self.tail
    }

    fn full(&self) -> bool {
        self.after(self.tail) == self.head
    }
}

pub struct BoundedBuffer<T> {
    ring: Mutex<Ring<T>>,
    not_full: Condvar,
    not_empty: Condvar,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        let slots = (0..capacity).map(|_| None).collect();
        let ring = Ring { slots, head: 0, tail: 0, closed: false };
        Self { ring: Mutex::new(ring), not_full: Condvar::new(), not_empty: Condvar::new() }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut ring = self.ring.lock().unwrap();
        while ring.full() && !ring.closed {
            ring = self.not_full.wait(ring).unwrap();
        }
        if ring.closed {
            return Err(Closed(item));
        }
        let tail = ring.tail;
        ring.slots[tail] = Some(item);
        ring.tail = ring.after(tail);
        self.not_empty.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut ring = self.ring.lock().unwrap();
        while ring.empty() && !ring.closed {
            ring = self.not_empty.wait(ring).unwrap();
        }
        if ring.empty() {
            return None;
        }
        let head = ring.head;
        ring.head = ring.after(head);
        self.not_full.notify_one();
        ring.slots[head].take()
    }

    pub fn close(&self) {
        self.ring.lock().unwrap().closed = true;
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
