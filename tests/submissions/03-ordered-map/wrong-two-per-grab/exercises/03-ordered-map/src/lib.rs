//! Takes two items at a time from the shared counter, to halve the traffic on it. The second one waits
//! for the first even when other workers are idle.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const GRAB: usize = 2;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let next = AtomicUsize::new(0);
    let slots: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                loop {
                    let start = next.fetch_add(GRAB, Ordering::Relaxed);
                    if start >= items.len() {
                        break;
                    }
                    for i in start..items.len().min(start + GRAB) {
                        let r = f(&items[i]);
                        *slots[i].lock().unwrap() = Some(r);
                    }
                }
            });
        }
    });
    slots.into_iter().map(|slot| slot.into_inner().unwrap().unwrap()).collect()
}
