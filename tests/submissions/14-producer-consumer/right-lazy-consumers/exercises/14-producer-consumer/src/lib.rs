//! A consumer is started with each of the first items. Whoever is not needed is never started.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

pub struct BoundedBuffer<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    not_full: Condvar,
    not_empty: Condvar,
}

impl<T> BoundedBuffer<T> {
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must not be 0");
        Self {
            capacity,
            state: Mutex::new(State { items: VecDeque::with_capacity(capacity), closed: false }),
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
        }
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

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Consumers are started one by one, for the first items that come; whoever is no longer needed is never started.
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
    assert!(consumers > 0, "no consumers: 0 is not a number of consumers");
    let buffer = BoundedBuffer::new(capacity);
    let not_started = Mutex::new(consumers);
    let sources_left = Mutex::new(sources.len());
    let first_panic = Mutex::new(None);
    let guarded = |work: &mut dyn FnMut()| {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(work)) {
            first_panic.lock().unwrap().get_or_insert(payload);
            buffer.close();
        }
    };
    let eat = || guarded(&mut || while let Some(item) = buffer.get() { consume(item) });
    let (buffer, eat, guarded, produce) = (&buffer, &eat, &guarded, &produce);
    let (not_started, sources_left) = (&not_started, &sources_left);
    thread::scope(|scope| {
        for mut source in sources {
            scope.spawn(move || {
                guarded(&mut || {
                    while let Some(item) = produce(&mut source) {
                        if buffer.put(item).is_err() {
                            return;
                        }
                        let mut left = not_started.lock().unwrap();
                        if *left > 0 {
                            *left -= 1;
                            scope.spawn(eat);
                        }
                    }
                });
                let mut left = sources_left.lock().unwrap();
                *left -= 1;
                if *left == 0 {
                    buffer.close();
                }
            });
        }
    });
    if let Some(payload) = first_panic.into_inner().unwrap() {
        resume_unwind(payload);
    }
}
