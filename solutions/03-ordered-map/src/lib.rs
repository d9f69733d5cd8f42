//! Reference answer of exercise 03: scoped threads that take the next index from a shared counter.
//!
//! The two halves of the problem are kept apart. Who works on which item is decided while the program runs:
//! whoever is free takes the next one. Where a result belongs is decided by its index, which travels with
//! it.

use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

/// The parallel `map`: `f` applied to every item by `workers` threads; result i belongs to `items[i]`.
///
/// # Panics
///
/// If `workers` is 0. If a call of `f` panics: once every worker has stopped, the payload of one such panic
/// is passed on; items that nobody had begun by the time of the panic are left out.
pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");

    // This number is the whole queue: items[next..] are still waiting. Relaxed is enough: every fetch_add
    // gives its caller another index, and nothing else is handed over through the counter. The results come
    // by way of join.
    let next = AtomicUsize::new(0);

    let work_until_none_is_left = || {
        let _guard = EmptyOnPanic { next: &next, end: items.len() };
        let mut done = Vec::new();
        while let Some((index, item)) = take(items, &next) {
            done.push((index, f(item)));
        }
        done
    };

    // A worker beyond the number of items would find nothing to do.
    let threads = workers.min(items.len());
    let finished: Vec<thread::Result<Vec<(usize, R)>>> = thread::scope(|scope| {
        // Two loops: an iterator is lazy, so `map(spawn).map(join)` would run one worker after the other.
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work_until_none_is_left)).collect();
        handles.into_iter().map(ScopedJoinHandle::join).collect()
    });

    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    for outcome in finished {
        // Passing the payload on keeps the message of the panic; every worker has been joined by now.
        let done = outcome.unwrap_or_else(|payload| panic::resume_unwind(payload));
        for (index, result) in done {
            results[index] = Some(result);
        }
    }
    results.into_iter().map(|result| result.expect("each index was taken by one worker")).collect()
}

/// Takes the next waiting item, or `None` when there is none left.
fn take<'a, T>(items: &'a [T], next: &AtomicUsize) -> Option<(usize, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}

/// Empties the queue when its worker panics: the call is going to panic, so the others finish what they
/// have begun and take nothing new.
struct EmptyOnPanic<'a> {
    next: &'a AtomicUsize,
    end: usize,
}

impl Drop for EmptyOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.next.fetch_max(self.end, Ordering::Relaxed);
        }
    }
}
