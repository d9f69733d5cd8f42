//! Exercise 14: producer and consumer (Python: `queue.Queue(maxsize=capacity)`).
//!
//! Fill in [`BoundedBuffer`], its fields and the bodies of its functions, and [`produce_and_consume`]. The lesson, with
//! hints, is in `README.md` beside this package's `Cargo.toml`; check your answer with `cargo test -p exercise-14`.

use std::marker::PhantomData;
use std::sync::Mutex;

/// The buffer is closed: the item comes back. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed<T>(pub T);

/// A queue with room for `capacity` items, between threads that put and threads that get.
///
/// What a caller may rely on:
///
/// - First in, first out: items come out in the order in which they went in, each of them once.
/// - `put` waits while the buffer is full, `get` while it is empty, and neither waits otherwise. There are never more than
///   `capacity` items in it; a thread that waits in `put` still holds its own.
/// - Whoever can go on does so at once: for each place that becomes free one waiting `put` goes on, and for each item that
///   comes one waiting `get`. Which of several is left open.
/// - After `close` no item goes in: `put` gives its item back, also a `put` that was already waiting. What is in the buffer
///   still comes out. Then `get` gives `None`, forever, also to everybody who was already waiting. Closing again changes
///   nothing.
/// - A wait ends by its event alone, also if `Condvar::wait` returns for no reason, and it sleeps until then: no busy
///   loops, no looking again and again.
/// - Items that are left are dropped with the buffer. Buffers know nothing of each other.
///
/// What a caller promises: there are at most 300 threads, and `capacity` is at most a million. An item may be sent to
/// another thread, and that is all that is known of it: so threads share the buffer, but never an item.
pub struct BoundedBuffer<T> {
    // The fields are yours to choose: replace this one.
    items: PhantomData<Mutex<T>>,
}

impl<T> BoundedBuffer<T> {
    /// An empty buffer.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0. The message contains the word `capacity`.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let _ = capacity;
        todo!()
    }

    /// Puts an item in at the end; waits while the buffer is full.
    ///
    /// # Errors
    ///
    /// [`Closed`] with the same item, once the buffer is closed, full or not.
    pub fn put(&self, item: T) -> Result<(), Closed<T>> {
        drop(item);
        todo!()
    }

    /// Takes the item at the front; waits while the buffer is empty and not closed. `None`: it is closed and empty.
    #[must_use]
    pub fn get(&self) -> Option<T> {
        todo!()
    }

    /// From now on no item goes in. It never waits.
    pub fn close(&self) {
        todo!()
    }
}

/// A pipeline: a thread for each source, which calls `produce(&mut source)` again and again until that gives `None`, and not
/// once more, and `consumers` threads, which call `consume` on the items. Returns when every item has been consumed.
///
/// What a caller may rely on:
///
/// - `produce` and `consume` are never called on the calling thread. All calls on one source are made by one thread, one
///   after the other; another source has another thread.
/// - Each item is consumed once. The items of one source begin to be consumed in the order in which they were produced.
/// - Between the two sides there is room for `capacity` items. A source goes on producing while there is room, and then one
///   item further, which its thread holds. So at most `capacity + sources.len()` items have been produced and are not yet
///   being consumed; and if the consumers are slow, there are exactly as many.
/// - A consumer that is free begins with an item as soon as there is one. `consumers` calls of `consume` are in flight if
///   there is enough to do, and never more.
/// - Without sources it returns at once. A source may have no item at all.
/// - When the call returns or panics, no call of `produce` or `consume` is in progress, and none starts later.
/// - Waiting sleeps: no busy loops, no guessed pauses.
///
/// What a caller promises: there are at most 1,024 sources and consumers together.
///
/// # Panics
///
/// - If `consumers` or `capacity` is 0, even without sources. The message contains that word.
/// - If `produce` or `consume` panics, be it once or several times, and however late: with one of these panics, or with one
///   of the pipeline's own that tells of it. What is left may then be dropped, but nothing is consumed twice, and the call
///   never hangs.
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
    let _ = (sources, consumers, capacity, produce, consume);
    todo!()
}
