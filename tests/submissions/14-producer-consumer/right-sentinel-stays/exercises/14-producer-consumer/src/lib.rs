//! Two conditions on one lock; the end is a sentinel that stays in the queue.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

struct State<T> {
    /// A `None` is the end. It takes no place, and whoever finds it puts it back.
    items: VecDeque<Option<T>>,
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
        state.items.push_back(Some(item));
        self.item.notify_one();
        Ok(())
    }

    #[must_use]
    pub fn get(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        loop {
            match state.items.pop_front() {
                Some(Some(item)) => {
                    self.room.notify_one();
                    return Some(item);
                }
                Some(None) => {
                    state.items.push_back(None);
                    self.item.notify_one();
                    return None;
                }
                None => state = self.item.wait(state).unwrap(),
            }
        }
    }

    pub fn close(&self) {
        let mut state = self.state.lock().unwrap();
        if !state.closed {
            state.closed = true;
            state.items.push_back(None);
            self.item.notify_one();
            self.room.notify_all();
        }
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
        for _ in 0..consumers {
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
