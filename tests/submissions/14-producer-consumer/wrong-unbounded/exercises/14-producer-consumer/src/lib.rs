//! A channel is a queue between threads, so a buffer is a channel.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    sender: Mutex<Option<Sender<T>>>,
    receiver: Mutex<Receiver<T>>,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        let (sender, receiver) = channel();
        Self { sender: Mutex::new(Some(sender)), receiver: Mutex::new(receiver) }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        match &*self.sender.lock().unwrap() {
            Some(sender) => sender.send(item).map_err(|error| Closed(error.0)),
            None => Err(Closed(item)),
        }
    }

    pub fn get(&self) -> Option<T> {
        self.receiver.lock().unwrap().recv().ok()
    }

    pub fn close(&self) {
        self.sender.lock().unwrap().take();
    }
}

/// Closes the buffer when it is dropped, however that comes about.
struct Closing<'a, T>(&'a BoundedBuffer<T>);

impl<T> Drop for Closing<'_, T> {
    fn drop(&mut self) {
        self.0.close();
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
    if consumers == 0 {
        panic!("consumers is 0: nobody would consume");
    }
    let buffer = BoundedBuffer::new(capacity);
    thread::scope(|all| {
        for _ in 0..consumers {
            all.spawn(|| {
                let _closing = Closing(&buffer);
                while let Some(item) = buffer.get() {
                    consume(item);
                }
            });
        }
        let _closing = Closing(&buffer);
        thread::scope(|inner| {
            for mut source in sources {
                let (buffer, produce) = (&buffer, &produce);
                inner.spawn(move || {
                    while let Some(item) = produce(&mut source) {
                        if buffer.put(item).is_err() {
                            return;
                        }
                    }
                });
            }
        });
    });
}
