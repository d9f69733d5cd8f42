//! The caller sleeps until the count of finished items is complete. A call that panics never counts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::new());
    let one_more = Condvar::new();
    std::thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { break };
                    let r = f(item);
                    done.lock().unwrap().push((i, r));
                    one_more.notify_one();
                }
            });
        }
        let mut done = one_more.wait_while(done.lock().unwrap(), |done| done.len() < items.len()).unwrap();
        done.sort_by_key(|(i, _)| *i);
        done.drain(..).map(|(_, r)| r).collect()
    })
}
