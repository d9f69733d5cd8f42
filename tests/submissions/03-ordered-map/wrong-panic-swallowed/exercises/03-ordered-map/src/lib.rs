//! "One bad item should not spoil the others": catches the panic, says so on stderr, and returns what
//! there is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

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
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { break };
                    match catch_unwind(AssertUnwindSafe(|| f(item))) {
                        Ok(r) => *slots[i].lock().unwrap() = Some(r),
                        Err(_) => eprintln!("item {i} failed, skipping it"),
                    }
                }
            });
        }
    });
    slots.into_iter().filter_map(|slot| slot.into_inner().unwrap()).collect()
}
