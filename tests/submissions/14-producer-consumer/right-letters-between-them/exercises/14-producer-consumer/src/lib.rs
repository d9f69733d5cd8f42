//! Whoever waits leaves a letter box, a channel with one place, and gets the item, or the news about it, by mail. A getter that finds a putter
//! waiting lays that one's item in, so nobody looks twice.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

struct Office<T> {
    items: VecDeque<T>,
    /// Those who wait with an item in hand, and where they hear of it.
    putters: VecDeque<(T, SyncSender<Result<(), Closed<T>>>)>,
    getters: VecDeque<SyncSender<Option<T>>>,
    closed: bool,
}

pub struct BoundedBuffer<T> {
    office: Mutex<Office<T>>,
    capacity: usize,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        if capacity == 0 {
            panic!("no capacity");
        }
        let office =
            Office { items: VecDeque::new(), putters: VecDeque::new(), getters: VecDeque::new(), closed: false };
        Self { office: Mutex::new(office), capacity }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut office = self.office.lock().unwrap();
        if office.closed {
            return Err(Closed(item));
        }
        if let Some(getter) = office.getters.pop_front() {
            let _ = getter.send(Some(item));
            return Ok(());
        }
        if office.items.len() < self.capacity {
            office.items.push_back(item);
            return Ok(());
        }
        let (box_, answer) = sync_channel(1);
        office.putters.push_back((item, box_));
        drop(office);
        answer.recv().expect("everybody is answered")
    }

    pub fn get(&self) -> Option<T> {
        let mut office = self.office.lock().unwrap();
        if let Some(item) = office.items.pop_front() {
            if let Some((next, putter)) = office.putters.pop_front() {
                office.items.push_back(next);
                let _ = putter.send(Ok(()));
            }
            return Some(item);
        }
        if office.closed {
            return None;
        }
        let (box_, mail) = sync_channel(1);
        office.getters.push_back(box_);
        drop(office);
        mail.recv().expect("everybody is answered")
    }

    pub fn close(&self) {
        let mut office = self.office.lock().unwrap();
        office.closed = true;
        for (item, putter) in office.putters.drain(..) {
            let _ = putter.send(Err(Closed(item)));
        }
        for getter in office.getters.drain(..) {
            let _ = getter.send(None);
        }
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
    thread::scope(|s| {
        for mut source in sources {
            let sign_off = SignOff { buffer: &buffer, left: &producers_left };
            let produce = &produce;
            s.spawn(move || {
                let sign_off = sign_off;
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
            s.spawn(move || {
                let sign_off = sign_off;
                while let Some(item) = sign_off.buffer.get() {
                    consume(item);
                }
            });
        }
    });
}
