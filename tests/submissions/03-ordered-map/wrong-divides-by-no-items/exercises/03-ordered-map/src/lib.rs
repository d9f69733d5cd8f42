//! Prints a rough progress figure, and to work it out divides by the number of items. Panics on an
//! empty list.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let percent_of_one = 100 / items.len();
    let next = AtomicUsize::new(0);
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    std::thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let (tx, next, f) = (tx.clone(), &next, &f);
            s.spawn(move || {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { return };
                    tx.send((i, f(item))).unwrap();
                }
            });
        }
        drop(tx);
        for (n, (i, r)) in rx.into_iter().enumerate() {
            results[i] = Some(r);
            if n % 10 == 9 {
                println!("about {} %", n * percent_of_one);
            }
        }
    });
    results.into_iter().flatten().collect()
}
