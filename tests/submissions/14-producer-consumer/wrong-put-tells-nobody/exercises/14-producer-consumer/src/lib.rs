//! A getter that finds something takes it and makes room. (A getter that sleeps finds nothing.)

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    tray: Mutex<Inside<T>>,
    place: Condvar,
    cup: Condvar,
    capacity: usize,
}

struct Inside<T> {
    cups: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self {
            tray: Mutex::new(Inside { cups: VecDeque::new(), closed: false }),
            place: Condvar::new(),
            cup: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let tray = self.tray.lock().unwrap();
        let full = |tray: &mut Inside<T>| tray.cups.len() >= self.capacity && !tray.closed;
        let mut tray = self.place.wait_while(tray, full).unwrap();
        if tray.closed {
            return Err(Closed(item));
        }
        tray.cups.push_back(item);
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut tray = self.tray.lock().unwrap();
        while tray.cups.is_empty() && !tray.closed {
            tray = self.cup.wait(tray).unwrap();
        }
        let item = tray.cups.pop_front();
        self.place.notify_one();
        item
    }

    pub fn close(&self) {
        self.tray.lock().unwrap().closed = true;
        self.place.notify_all();
        self.cup.notify_all();
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
