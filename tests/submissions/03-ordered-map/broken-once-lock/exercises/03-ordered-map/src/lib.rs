//! A OnceLock for each result. Sharing one between threads needs `R: Sync`, and the signature promises
//! `R: Send` only.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let slots: Vec<OnceLock<R>> = items.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { break };
                    slots[i].get_or_init(|| f(item));
                }
            });
        }
    });
    slots.into_iter().map(|slot| slot.into_inner().unwrap()).collect()
}
