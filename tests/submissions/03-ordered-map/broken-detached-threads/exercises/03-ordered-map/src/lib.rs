//! Plain `std::thread::spawn`: a detached thread could outlive the call, so it may not borrow `items`
//! or `f`. A map that leaves threads behind cannot be written with this signature.

use std::sync::mpsc;
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let (tx, rx) = mpsc::channel();
    for w in 0..workers {
        let tx = tx.clone();
        let f = &f;
        thread::spawn(move || {
            for (i, item) in items.iter().enumerate().skip(w).step_by(workers) {
                tx.send((i, f(item))).unwrap();
            }
        });
    }
    drop(tx);
    let mut results: Vec<(usize, R)> = rx.into_iter().collect();
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, r)| r).collect()
}
