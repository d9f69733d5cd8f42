//! Reference answer of exercise 14: a queue behind a lock, with a condition variable for each side, and a pipeline on it.
//!
//! Two kinds of threads wait for two different things, so each kind has a condition variable of its own: what one `put`
//! makes possible is one `get`, and the one thread that is woken for it is surely a getter. That the buffer is closed is
//! part of its state and not an item in the queue: so it needs no room, and everybody sees it.

use std::collections::VecDeque;
use std::panic;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ScopedJoinHandle};

/// The buffer is closed: the item comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

/// A queue with room for `capacity` items, between threads that put and threads that get.
pub struct BoundedBuffer<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    /// What `put` waits for: an item was taken out, or the buffer was closed.
    room: Condvar,
    /// What `get` waits for: an item was put in, or the buffer was closed.
    item: Condvar,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    /// An empty buffer.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "capacity must be at least 1");
        let state = State { items: VecDeque::new(), closed: false };
        Self { capacity, state: Mutex::new(state), room: Condvar::new(), item: Condvar::new() }
    }

    /// Puts an item in at the end; waits while the buffer is full.
    ///
    /// # Errors
    ///
    /// [`Closed`] with the item, once the buffer is closed.
    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        let full = |state: &mut State<T>| state.items.len() == self.capacity && !state.closed;
        let mut state = unpoisoned(self.room.wait_while(self.lock(), full));
        // Asked after the wait and under the same lock that the item goes in under: a `close` comes before or after, and
        // never between.
        if state.closed {
            return Err(Closed(item));
        }
        state.items.push_back(item);
        // Always, and not only if the buffer was empty: after two puts in a row two getters must wake up, whether or not the
        // first has done so by the second.
        self.item.notify_one();
        Ok(())
    }

    /// Takes the item at the front; waits while the buffer is empty and not closed. `None`: it is closed and empty.
    #[must_use]
    pub fn get(&self) -> Option<T> {
        let empty = |state: &mut State<T>| state.items.is_empty() && !state.closed;
        let mut state = unpoisoned(self.item.wait_while(self.lock(), empty));
        let item = state.items.pop_front()?;
        self.room.notify_one();
        Some(item)
    }

    /// From now on no item goes in.
    pub fn close(&self) {
        self.lock().closed = true;
        // Nobody has a reason to wait any longer, on either side.
        self.room.notify_all();
        self.item.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        unpoisoned(self.state.lock())
    }
}

/// No foreign code runs under the lock, so nothing can have been left half done.
fn unpoisoned<T>(result: Result<T, PoisonError<T>>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}

/// A pipeline: a thread for each source, which produces, and `consumers` threads, which consume.
///
/// # Panics
///
/// If `consumers` or `capacity` is 0. If a call of `produce` or `consume` panics: once every thread has ended, one of the
/// payloads is passed on. The items that are left by then may have been consumed or dropped.
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
    let buffer = &BoundedBuffer::new(capacity);
    let (produce, consume) = (&produce, &consume);

    let outcomes: Vec<thread::Result<()>> = thread::scope(|scope| {
        // Also for this thread: should the system have no further thread to give, those that are there must end.
        let _guard = CloseOnPanic(buffer);
        let consuming: Vec<_> =
            (0..consumers).map(|_| scope.spawn(|| consume_all(buffer, consume))).collect();
        let producing: Vec<_> = sources
            .into_iter()
            .map(|source| scope.spawn(move || produce_all(source, buffer, produce)))
            .collect();

        let mut outcomes: Vec<_> = producing.into_iter().map(ScopedJoinHandle::join).collect();
        // The last producer has ended, whichever that was. Only now is it certain that nothing more comes.
        buffer.close();
        outcomes.extend(consuming.into_iter().map(ScopedJoinHandle::join));
        outcomes
    });
    for outcome in outcomes {
        outcome.unwrap_or_else(|payload| panic::resume_unwind(payload));
    }
}

fn produce_all<S, T>(mut source: S, buffer: &BoundedBuffer<T>, produce: impl Fn(&mut S) -> Option<T>) {
    let _guard = CloseOnPanic(buffer);
    while let Some(item) = produce(&mut source) {
        if buffer.put(item).is_err() {
            // Somebody has panicked, and the call is going to.
            break;
        }
    }
}

fn consume_all<T>(buffer: &BoundedBuffer<T>, consume: impl Fn(T)) {
    let _guard = CloseOnPanic(buffer);
    while let Some(item) = buffer.get() {
        consume(item);
    }
}

/// Closes the buffer when its thread panics. Without it the producers would wait for room that nobody makes, once the last
/// consumer is gone.
struct CloseOnPanic<'a, T>(&'a BoundedBuffer<T>);

impl<T> Drop for CloseOnPanic<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.close();
        }
    }
}
