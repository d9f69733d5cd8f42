//! One condition variable, since there is one lock. One change, one notification.

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    items: Mutex<(VecDeque<T>, bool)>,
    changed: Condvar,
    capacity: usize,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        Self { items: Mutex::new((VecDeque::new(), false)), changed: Condvar::new(), capacity }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut items = self.items.lock().unwrap();
        while items.0.len() == self.capacity && !items.1 {
            items = self.changed.wait(items).unwrap();
        }
        if items.1 {
            return Err(Closed(item));
        }
        items.0.push_back(item);
        self.changed.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut items = self.items.lock().unwrap();
        while items.0.is_empty() && !items.1 {
            items = self.changed.wait(items).unwrap();
        }
        let item = items.0.pop_front();
        self.changed.notify_one();
        item
    }

    pub fn close(&self) {
        self.items.lock().unwrap().1 = true;
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
