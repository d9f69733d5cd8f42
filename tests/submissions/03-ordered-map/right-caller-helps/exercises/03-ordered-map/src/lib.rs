//! `workers - 1` threads and the calling thread itself, which would only sit and wait otherwise.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert_ne!(workers, 0, "workers must not be 0");
    let cursor = AtomicUsize::new(0);
    let share = || {
        let mut mine = vec![];
        loop {
            let i = cursor.fetch_add(1, Relaxed);
            let Some(item) = items.get(i) else { return mine };
            mine.push((i, f(item)));
        }
    };

    let shares = thread::scope(|s| {
        let helpers: Vec<_> = (1..workers.min(items.len())).map(|_| s.spawn(share)).collect();
        // Caught, so that a panic of my own waits for the helpers like everybody else's.
        let mut shares = vec![catch_unwind(AssertUnwindSafe(share))];
        shares.extend(helpers.into_iter().map(|h| h.join()));
        shares
    });

    let mut out: Vec<Option<R>> = items.iter().map(|_| None).collect();
    for share in shares {
        for (i, r) in share.unwrap_or_else(|p| resume_unwind(p)) {
            out[i] = Some(r);
        }
    }
    out.into_iter().flatten().collect()
}
