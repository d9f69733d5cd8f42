//! The "queue" is just the enumerated iterator behind a mutex; the lock is only held for `next()`.
//! Every worker brings home a private list of (index, result), and the lists are sorted at the end.

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    if workers == 0 {
        panic!("`workers` must not be zero");
    }
    let queue = Mutex::new(items.iter().enumerate());
    let next = || queue.lock().unwrap().next();
    let worker = || {
        let mut mine = Vec::new();
        while let Some((i, item)) = next() {
            mine.push((i, f(item)));
        }
        mine
    };

    let outcomes: Vec<_> = thread::scope(|s| {
        let handles: Vec<_> = (0..workers.min(items.len())).map(|_| s.spawn(worker)).collect();
        handles.into_iter().map(|h| h.join()).collect()
    });

    let mut all = Vec::with_capacity(items.len());
    for outcome in outcomes {
        match outcome {
            Ok(mine) => all.extend(mine),
            Err(payload) => resume_unwind(payload),
        }
    }
    all.sort_unstable_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, r)| r).collect()
}
