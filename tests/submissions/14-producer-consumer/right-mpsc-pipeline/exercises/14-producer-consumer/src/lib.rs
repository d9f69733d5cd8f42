//! For the pipeline std has a bounded channel. Consumers share its receiver; with the last of them the receiver goes away, so producers
//! learn that nobody listens. The buffer is the usual one.

use std::collections::VecDeque;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    shared: Mutex<Shared<T>>,
    space: Condvar,
    stuff: Condvar,
}

struct Shared<T> {
    queue: VecDeque<T>,
    capacity: usize,
    is_closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity > 0 is needed");
        let shared = Shared { queue: VecDeque::new(), capacity, is_closed: false };
        BoundedBuffer { shared: Mutex::new(shared), space: Condvar::new(), stuff: Condvar::new() }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut shared = self.shared.lock().unwrap();
        while !shared.is_closed && shared.queue.len() == shared.capacity {
            shared = self.space.wait(shared).unwrap();
        }
        match shared.is_closed {
            true => Err(Closed(item)),
            false => {
                shared.queue.push_back(item);
                Ok(self.stuff.notify_one())
            }
        }
    }

    pub fn get(&self) -> Option<T> {
        let mut shared = self.shared.lock().unwrap();
        while !shared.is_closed && shared.queue.is_empty() {
            shared = self.stuff.wait(shared).unwrap();
        }
        self.space.notify_one();
        shared.queue.pop_front()
    }

    pub fn close(&self) {
        self.shared.lock().unwrap().is_closed = true;
        self.space.notify_all();
        self.stuff.notify_all();
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
    assert!(consumers > 0 && capacity > 0, "consumers and capacity must be greater than 0");
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(capacity);
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..consumers {
            let receiver = Arc::clone(&receiver);
            let consume = &consume;
            scope.spawn(move || {
                loop {
                    let next = receiver.lock().unwrap().recv();
                    match next {
                        Ok(item) => consume(item),
                        Err(_) => break,
                    }
                }
            });
        }
        drop(receiver);
        for mut source in sources {
            let sender = sender.clone();
            let produce = &produce;
            scope.spawn(move || {
                while let Some(item) = produce(&mut source) {
                    if sender.send(item).is_err() {
                        break;
                    }
                }
            });
        }
        // The last sender ends the channel; this one must not be it.
        drop(sender);
    });
}
