//! The lock looks as if it were held for `next()` only, but a temporary in the head of `while let`
//! lives to the end of the body, so the work is done under the lock.

use std::sync::Mutex;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let queue = Mutex::new(items.iter().enumerate());
    let worker = || {
        let mut mine = Vec::new();
        while let Some((i, item)) = queue.lock().unwrap().next() {
            mine.push((i, f(item)));
        }
        mine
    };
    let mut all: Vec<(usize, R)> = std::thread::scope(|s| {
        let handles: Vec<_> = (0..workers).map(|_| s.spawn(worker)).collect();
        handles.into_iter().flat_map(|h| h.join().unwrap()).collect()
    });
    all.sort_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, r)| r).collect()
}
