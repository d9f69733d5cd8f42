//! All workers line up at a barrier first, then race for the items. Only the start is common; nobody
//! waits for anybody after that, so a panic cannot leave someone at a barrier.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, mpsc};
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers.checked_sub(1).is_some(), "workers must be > 0");
    let team = workers.min(items.len());
    let line = Barrier::new(team);
    let next = AtomicUsize::new(0);

    let mut results: Vec<(usize, R)> = thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..team {
            let tx = tx.clone();
            let (line, next, f) = (&line, &next, &f);
            s.spawn(move || {
                line.wait();
                loop {
                    let i = next.fetch_add(1, Ordering::AcqRel);
                    if i >= items.len() {
                        break;
                    }
                    tx.send((i, f(&items[i]))).unwrap();
                }
            });
        }
        drop(tx);
        rx.into_iter().collect()
    });
    results.sort_unstable_by_key(|r| r.0);
    results.into_iter().map(|r| r.1).collect()
}
