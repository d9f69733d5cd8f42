//! Reference answer of exercise NN: scoped threads that take the next index from a shared counter.

use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

/// Calls `work` once for each item, on `workers` threads; result i belongs to `items[i]`.
///
/// # Panics
///
/// If `workers` is 0, or if a call of `work` panics.
pub fn apply_all<T, R, F>(items: &[T], workers: usize, work: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let next = AtomicUsize::new(0);
    let until_none_is_left = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, work(item)));
        }
    };
    let parts: Vec<thread::Result<Vec<(usize, R)>>> = thread::scope(|scope| {
        let handles: Vec<_> =
            (0..workers.min(items.len())).map(|_| scope.spawn(until_none_is_left)).collect();
        handles.into_iter().map(ScopedJoinHandle::join).collect()
    });
    let done =
        parts.into_iter().flat_map(|part| part.unwrap_or_else(|payload| panic::resume_unwind(payload)));
    let mut done: Vec<(usize, R)> = done.collect();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
