//! Calls `f` once before the start, to warm up the caches, and throws that result away. So the first
//! item is worked twice.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let slots: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|s| {
        for n in 0..workers.min(items.len()) {
            let (slots, next, f) = (&slots, &next, &f);
            s.spawn(move || {
                if n == 0 {
                    drop(f(&items[0]));
                }
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { break };
                    let r = f(item);
                    *slots[i].lock().unwrap() = Some(r);
                }
            });
        }
    });
    slots.into_iter().map(|slot| slot.into_inner().unwrap().unwrap()).collect()
}
