//! Every worker has its own sender, and the original is still in the hand of the caller: the receiving
//! loop waits for it for ever.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let next = AtomicUsize::new(0);
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    std::thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let tx = tx.clone();
            let (next, f) = (&next, &f);
            s.spawn(move || {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { break };
                    tx.send((i, f(item))).unwrap();
                }
            });
        }
        for (i, r) in rx {
            results[i] = Some(r);
        }
    });
    results.into_iter().map(Option::unwrap).collect()
}
