//! No shared receiver, no lock: each consumer has a lane, and the producers deal the items out like cards.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct BoundedBuffer<T> {
    state: Mutex<Inside<T>>,
    room: Condvar,
    arrived: Condvar,
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
            state: Mutex::new(Inside { items: VecDeque::new(), closed: false }),
            room: Condvar::new(),
            arrived: Condvar::new(),
            capacity,
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut state = self.state.lock().unwrap();
        while state.items.len() >= self.capacity && !state.closed {
            state = self.room.wait(state).unwrap();
        }
        if state.closed {
            return Err(Closed(item));
        }
        state.items.push_back(item);
        self.arrived.notify_one();
        Ok(())
    }

    pub fn get(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        while state.items.is_empty() && !state.closed {
            state = self.arrived.wait(state).unwrap();
        }
        let item = state.items.pop_front();
        self.room.notify_one();
        item
    }

    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.room.notify_all();
        self.arrived.notify_all();
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
    thread::scope(|scope| {
        let mut lanes = Vec::new();
        for _ in 0..consumers {
            let (sender, receiver) = mpsc::sync_channel::<T>(capacity.div_ceil(consumers));
            lanes.push(sender);
            let consume = &consume;
            scope.spawn(move || {
                for item in receiver {
                    consume(item);
                }
            });
        }
        for (number, mut source) in sources.into_iter().enumerate() {
            // Each source begins at another lane, and then takes them in turn.
            let lanes: Vec<_> =
                lanes[number % consumers..].iter().chain(&lanes[..number % consumers]).cloned().collect();
            let produce = &produce;
            scope.spawn(move || {
                for lane in lanes.iter().cycle() {
                    let Some(item) = produce(&mut source) else { break };
                    if lane.send(item).is_err() {
                        break;
                    }
                }
            });
        }
    });
}
