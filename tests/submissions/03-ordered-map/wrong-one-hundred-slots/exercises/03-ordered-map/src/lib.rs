//! The task says 100 items, so there are 100 slots. Item 101 is never looked at.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const ITEMS: usize = 100;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let slots: [Mutex<Option<R>>; ITEMS] = std::array::from_fn(|_| Mutex::new(None));
    let next = AtomicUsize::new(0);
    std::thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let (Some(item), Some(slot)) = (items.get(i), slots.get(i)) else { break };
                    let r = f(item);
                    *slot.lock().unwrap() = Some(r);
                }
            });
        }
    });
    slots.into_iter().filter_map(|slot| slot.into_inner().unwrap()).collect()
}
