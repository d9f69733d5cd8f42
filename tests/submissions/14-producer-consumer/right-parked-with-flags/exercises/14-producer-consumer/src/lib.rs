//! Threads park, each with an atomic flag in its line. Whoever makes room or brings an item raises the flag of the first on the other side,
//! and whoever wakes up looks again, since somebody may have been faster.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

#[derive(Default)]
struct Line(VecDeque<(Thread, Arc<AtomicBool>)>);

impl Line {
    fn join(&mut self) -> Arc<AtomicBool> {
        let flag = Arc::new(AtomicBool::new(false));
        self.0.push_back((thread::current(), Arc::clone(&flag)));
        flag
    }

    fn wake(&mut self, how_many: usize) {
        for (thread, flag) in self.0.drain(..how_many.min(self.0.len())) {
            flag.store(true, Ordering::Release);
            thread.unpark();
        }
    }
}

fn sleep_until(flag: &AtomicBool) {
    while !flag.load(Ordering::Acquire) {
        thread::park();
    }
}

pub struct BoundedBuffer<T> {
    state: Mutex<State<T>>,
    capacity: usize,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
    putters: Line,
    getters: Line,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "the capacity is 0");
        let state =
            State { items: VecDeque::new(), closed: false, putters: Line::default(), getters: Line::default() };
        Self { state: Mutex::new(state), capacity }
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        loop {
            let mut state = self.state.lock().unwrap();
            if state.closed {
                return Err(Closed(item));
            }
            if state.items.len() < self.capacity {
                state.items.push_back(item);
                state.getters.wake(1);
                return Ok(());
            }
            let flag = state.putters.join();
            drop(state);
            sleep_until(&flag);
        }
    }

    pub fn get(&self) -> Option<T> {
        loop {
            let mut state = self.state.lock().unwrap();
            if let Some(item) = state.items.pop_front() {
                state.putters.wake(1);
                return Some(item);
            }
            if state.closed {
                return None;
            }
            let flag = state.getters.join();
            drop(state);
            sleep_until(&flag);
        }
    }

    pub fn close(&self) {
        let mut state = self.state.lock().unwrap();
        state.closed = true;
        state.putters.wake(usize::MAX);
        state.getters.wake(usize::MAX);
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
