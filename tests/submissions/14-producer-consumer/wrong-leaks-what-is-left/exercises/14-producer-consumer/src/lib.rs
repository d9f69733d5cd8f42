//! The inside of the buffer must live as long as any thread that uses it, so it is never dropped. (What is left in it is not, either.)

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

pub struct Inner<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    not_full: Condvar,
    not_empty: Condvar,
}

pub struct BoundedBuffer<T>(std::mem::ManuallyDrop<std::sync::Arc<Inner<T>>>);

impl<T> std::ops::Deref for BoundedBuffer<T> {
    type Target = Inner<T>;
    fn deref(&self) -> &Inner<T> {
        &self.0
    }
}

impl<T> BoundedBuffer<T> {
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must not be 0");
        Self(std::mem::ManuallyDrop::new(std::sync::Arc::new(Inner {
            capacity,
            state: Mutex::new(State { items: VecDeque::with_capacity(capacity), closed: false }),
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
        })))
    }

    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut state = self.state.lock().unwrap();
        while !state.closed && state.items.len() >= self.capacity {
            state = self.not_full.wait(state).unwrap();
        }
        if state.closed {
            return Err(Closed(item));
        }
        state.items.push_back(item);
        self.not_empty.notify_one();
        Ok(())
    }

    #[must_use]
    pub fn get(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        while !state.closed && state.items.is_empty() {
            state = self.not_empty.wait(state).unwrap();
        }
        let item = state.items.pop_front();
        self.not_full.notify_one();
        item
    }

    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.not_full.notify_all();
        self.not_empty.notify_all();
    }
}

struct Leaves<'a, T> {
    buffer: &'a BoundedBuffer<T>,
    others: &'a Mutex<usize>,
}

impl<T> Drop for Leaves<'_, T> {
    fn drop(&mut self) {
        let mut others = self.others.lock().unwrap();
        *others -= 1;
        if *others == 0 || thread::panicking() {
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
    let producing = Mutex::new(sources.len());
    let consuming = Mutex::new(consumers);
    let (buffer, producing, consuming, produce, consume) = (&buffer, &producing, &consuming, &produce, &consume);
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for mut source in sources {
            threads.push(scope.spawn(move || {
                let _leaves = Leaves { buffer, others: producing };
                while let Some(item) = produce(&mut source) {
                    if buffer.put(item).is_err() {
                        break;
                    }
                }
            }));
        }
        for _ in 0..consumers {
            threads.push(scope.spawn(move || {
                let _leaves = Leaves { buffer, others: consuming };
                while let Some(item) = buffer.get() {
                    consume(item);
                }
            }));
        }
        let mut panic = None;
        for thread in threads {
            if let Err(payload) = thread.join() {
                panic = Some(payload);
            }
        }
        if let Some(payload) = panic {
            std::panic::resume_unwind(payload);
        }
    });
}
