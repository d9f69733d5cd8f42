//! put must not block the producer for long: if there is no room the item is dropped, as a router drops packets.

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    router: Mutex<Inside<T>>,
    _room: Condvar,
    packet: Condvar,
    capacity: usize,
}

struct Inside<T> {
    packets: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            router: Mutex::new(Inside { packets: VecDeque::new(), closed: false }),
            _room: Condvar::new(),
            packet: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut router = self.router.lock().unwrap();
        if router.closed {
            return Err(Closed(item));
        }
        if router.packets.len() < self.capacity {
            router.packets.push_back(item);
            self.packet.notify_one();
        }
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut router = self.router.lock().unwrap();
        while router.packets.is_empty() && !router.closed {
            router = self.packet.wait(router).unwrap();
        }
        router.packets.pop_front()
    }

    pub fn close(&self) {
        self.router.lock().unwrap().closed = true;
        self.packet.notify_all();
        self._room.notify_all();
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
