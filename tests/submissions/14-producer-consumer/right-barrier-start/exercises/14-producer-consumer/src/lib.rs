//! All threads of the pipeline begin together, at a Barrier. `closed` is an atomic, to be read without the lock; it is changed under it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Barrier, Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    items: Mutex<VecDeque<T>>,
    closed: AtomicBool,
    room: Condvar,
    stock: Condvar,
    capacity: usize,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert_ne!(capacity, 0, "the capacity must not be 0");
        Self {
            items: Mutex::new(VecDeque::new()),
            closed: AtomicBool::new(false),
            room: Condvar::new(),
            stock: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Closed(item));
        }
        let items = self.items.lock().unwrap();
        let open = |items: &mut VecDeque<T>| items.len() >= self.capacity && !self.closed.load(Ordering::Relaxed);
        let mut items = self.room.wait_while(items, open).unwrap();
        if self.closed.load(Ordering::Relaxed) {
            return Err(Closed(item));
        }
        items.push_back(item);
        drop(items);
        self.stock.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let items = self.items.lock().unwrap();
        let open = |items: &mut VecDeque<T>| items.is_empty() && !self.closed.load(Ordering::Relaxed);
        let item = self.stock.wait_while(items, open).unwrap().pop_front()?;
        self.room.notify_one();
        Some(item)
    }

    pub fn close(&self) {
        {
            let _items = self.items.lock().unwrap();
            self.closed.store(true, Ordering::Release);
        }
        self.room.notify_all();
        self.stock.notify_all();
    }
}

struct SignOff<'a, T> {
    buffer: &'a BoundedBuffer<T>,
    left: &'a AtomicUsize,
}

impl<T> Drop for SignOff<'_, T> {
    fn drop(&mut self) {
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 || thread::panicking() {
            self.buffer.close();
        }
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
    assert!(consumers > 0, "consumers must not be 0");
    let buffer = BoundedBuffer::new(capacity);
    if sources.is_empty() {
        return;
    }
    let producers_left = AtomicUsize::new(sources.len());
    let consumers_left = AtomicUsize::new(consumers);
    let start = &Barrier::new(sources.len() + consumers);
    thread::scope(|s| {
        for mut source in sources {
            let sign_off = SignOff { buffer: &buffer, left: &producers_left };
            let produce = &produce;
            s.spawn(move || {
                let sign_off = sign_off;
                start.wait();
                while let Some(item) = produce(&mut source) {
                    if sign_off.buffer.put(item).is_err() {
                        break;
                    }
                }
            });
        }
        for _ in 0..consumers {
            let sign_off = SignOff { buffer: &buffer, left: &consumers_left };
            let consume = &consume;
            let consumer = thread::Builder::new().name("consumer".to_owned());
            let _ = consumer.spawn_scoped(s, move || {
                let sign_off = sign_off;
                start.wait();
                while let Some(item) = sign_off.buffer.get() {
                    consume(item);
                }
            });
        }
    });
}
