//! The threads are started once, but they meet at a barrier after every item.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Barrier, Mutex};
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let rounds = items.len().div_ceil(workers);
    let barrier = Barrier::new(workers);
    let slots: Vec<Mutex<Option<thread::Result<R>>>> = items.iter().map(|_| Mutex::new(None)).collect();
    thread::scope(|s| {
        for w in 0..workers {
            let (barrier, slots, f) = (&barrier, &slots, &f);
            s.spawn(move || {
                for round in 0..rounds {
                    let i = round * workers + w;
                    if let Some(item) = items.get(i) {
                        // a panic must not keep the others at the barrier
                        let outcome = catch_unwind(AssertUnwindSafe(|| f(item)));
                        *slots[i].lock().unwrap() = Some(outcome);
                    }
                    barrier.wait();
                }
            });
        }
    });
    slots
        .into_iter()
        .map(|slot| slot.into_inner().unwrap().unwrap().unwrap_or_else(|payload| resume_unwind(payload)))
        .collect()
}
