//! Two queues: one is filled, the other one emptied, and when that is empty they change places. The two sides have a lock each; only the
//! number of items is common to both.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

struct State<T> {
    inbox: VecDeque<T>,
    outbox: VecDeque<T>,
    closed: bool,
}

impl<T> State<T> {
    fn len(&self) -> usize {
        self.inbox.len() + self.outbox.len()
    }

    fn take(&mut self) -> Option<T> {
        if self.outbox.is_empty() {
            mem::swap(&mut self.inbox, &mut self.outbox);
        }
        self.outbox.pop_front()
    }
}

pub struct BoundedBuffer<T> {
    state: Mutex<State<T>>,
    capacity: usize,
    put_side: Condvar,
    get_side: Condvar,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        match capacity {
            0 => panic!("capacity must be >= 1"),
            capacity => Self {
                state: Mutex::new(State { inbox: VecDeque::new(), outbox: VecDeque::new(), closed: false }),
                capacity,
                put_side: Condvar::new(),
                get_side: Condvar::new(),
            },
        }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut state = self.state.lock().unwrap();
        loop {
            if state.closed {
                break Err(Closed(item));
            } else if state.len() < self.capacity {
                state.inbox.push_back(item);
                self.get_side.notify_one();
                break Ok(());
            } else {
                state = self.put_side.wait(state).unwrap();
            }
        }
    }

    pub fn get(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        loop {
            match state.take() {
                Some(item) => {
                    self.put_side.notify_one();
                    break Some(item);
                }
                None if state.closed => break None,
                None => state = self.get_side.wait(state).unwrap(),
            }
        }
    }

    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.put_side.notify_all();
        self.get_side.notify_all();
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
    assert!(consumers >= 1, "consumers must be >= 1");
    let buffer = BoundedBuffer::new(capacity);
    if sources.is_empty() {
        return;
    }
    // Whoever is the last to drop a share of this closes the buffer.
    struct Shift<'a, T>(&'a BoundedBuffer<T>);
    impl<T> Drop for Shift<'_, T> {
        fn drop(&mut self) {
            self.0.close();
        }
    }
    thread::scope(|scope| {
        let shift = std::sync::Arc::new(Shift(&buffer));
        for source in sources {
            let shift = shift.clone();
            let produce = &produce;
            scope.spawn(move || {
                let mut source = source;
                while let Some(item) = produce(&mut source) {
                    if shift.0.put(item).is_err() {
                        break;
                    }
                }
            });
        }
        drop(shift);
        for _ in 0..consumers {
            scope.spawn(|| {
                // At the end everything is closed already, so this matters only after a panic.
                let _when_i_leave = Shift(&buffer);
                while let Some(item) = buffer.get() {
                    consume(item);
                }
            });
        }
    });
}
