//! More than 64 consumers are no gain.

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
    state: Mutex<State<T>>,
    room: Condvar,
    item: Condvar,
    capacity: usize,
}

impl<T> BoundedBuffer<T> {
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must not be 0");
        Self {
            state: Mutex::new(State { items: VecDeque::new(), closed: false }),
            room: Condvar::new(),
            item: Condvar::new(),
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
        self.item.notify_one();
        Ok(())
    }

    #[must_use]
    pub fn get(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        while state.items.is_empty() && !state.closed {
            state = self.item.wait(state).unwrap();
        }
        let item = state.items.pop_front();
        if item.is_some() {
            self.room.notify_one();
        }
        item
    }

    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.room.notify_all();
        self.item.notify_all();
    }
}

/// Closes the buffer if its thread panics.
struct ClosesInPanic<'a, T>(&'a BoundedBuffer<T>);

impl<T> Drop for ClosesInPanic<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.close();
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
    thread::scope(|scope| {
        for _ in 0..consumers.min(64) {
            scope.spawn(|| {
                let _guard = ClosesInPanic(&buffer);
                while let Some(item) = buffer.get() {
                    consume(item);
                }
            });
        }
        let producers: Vec<_> = sources
            .into_iter()
            .map(|mut source| {
                let (buffer, produce) = (&buffer, &produce);
                scope.spawn(move || {
                    let _guard = ClosesInPanic(buffer);
                    while let Some(item) = produce(&mut source) {
                        if buffer.put(item).is_err() {
                            break;
                        }
                    }
                })
            })
            .collect();
        let failed = producers.into_iter().filter_map(|p| p.join().err()).last();
        buffer.close();
        if let Some(panic) = failed {
            std::panic::resume_unwind(panic);
        }
    });
}
