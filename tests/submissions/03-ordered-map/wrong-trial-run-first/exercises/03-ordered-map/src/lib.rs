//! Works the first item alone, "to see whether `f` works at all", before it starts the threads for the
//! rest.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let Some((first, rest)) = items.split_first() else {
        return Vec::new();
    };
    let first = f(first);

    let next = AtomicUsize::new(0);
    let slots: Vec<Mutex<Option<R>>> = rest.iter().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = rest.get(i) else { break };
                    let r = f(item);
                    *slots[i].lock().unwrap() = Some(r);
                }
            });
        }
    });
    let rest = slots.into_iter().map(|slot| slot.into_inner().unwrap().unwrap());
    std::iter::once(first).chain(rest).collect()
}
