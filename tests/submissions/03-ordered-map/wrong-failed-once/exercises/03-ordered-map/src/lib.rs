//! When an item has panicked the others need not be worked any more: FAILED tells all workers.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

static FAILED: AtomicBool = AtomicBool::new(false);

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let next = AtomicUsize::new(0);
    let places: Vec<_> = items.iter().map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        for _ in 0..workers.min(items.len()) {
            scope.spawn(|| {
                while !FAILED.load(Ordering::SeqCst) {
                    let index = next.fetch_add(1, Ordering::SeqCst);
                    let Some(item) = items.get(index) else { break };
                    let result = catch_unwind(AssertUnwindSafe(|| f(item)));
                    FAILED.fetch_or(result.is_err(), Ordering::SeqCst);
                    *places[index].lock().unwrap() = Some(result);
                }
            });
        }
    });
    let finished = places.into_iter().filter_map(|place| place.into_inner().unwrap());
    finished.map(|result| result.unwrap_or_else(|panic| resume_unwind(panic))).collect()
}
