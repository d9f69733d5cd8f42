//! No result for 20 ms means that there are no more, thought the author. Slow calls are lost.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

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
        for _ in 0..workers.min(items.len()) {
            let (tx, next, f) = (tx.clone(), &next, &f);
            s.spawn(move || {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { break };
                    // fails when the caller has gone already
                    let _ = tx.send((i, f(item)));
                }
            });
        }
        drop(tx);
        while let Ok((i, r)) = rx.recv_timeout(Duration::from_millis(20)) {
            results[i] = Some(r);
        }
    });
    results.into_iter().flatten().collect()
}
