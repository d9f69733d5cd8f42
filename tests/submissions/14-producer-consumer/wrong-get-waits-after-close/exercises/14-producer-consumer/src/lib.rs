//! get gives an item. close is for put. (None is never said.)

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    vault: Mutex<Inside<T>>,
    slot: Condvar,
    coin: Condvar,
    capacity: usize,
}

struct Inside<T> {
    coins: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            vault: Mutex::new(Inside { coins: VecDeque::new(), closed: false }),
            slot: Condvar::new(),
            coin: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut vault = self.vault.lock().unwrap();
        while vault.coins.len() >= self.capacity && !vault.closed {
            vault = self.slot.wait(vault).unwrap();
        }
        if vault.closed {
            return Err(Closed(item));
        }
        vault.coins.push_back(item);
        self.coin.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut vault = self.vault.lock().unwrap();
        while vault.coins.is_empty() {
            vault = self.coin.wait(vault).unwrap();
        }
        let item = vault.coins.pop_front();
        self.slot.notify_one();
        item
    }

    pub fn close(&self) {
        self.vault.lock().unwrap().closed = true;
        self.slot.notify_all();
        self.coin.notify_all();
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
