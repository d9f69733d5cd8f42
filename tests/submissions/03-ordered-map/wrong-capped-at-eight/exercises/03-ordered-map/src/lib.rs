//! More than eight threads never helped on my laptop.

use std::sync::Mutex;
use std::thread;

const MAX_THREADS: usize = 8;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    let jobs = Mutex::new(items.iter().zip(&mut results));
    thread::scope(|s| {
        for _ in 0..workers.min(MAX_THREADS) {
            s.spawn(|| {
                loop {
                    let job = jobs.lock().unwrap().next();
                    let Some((item, result)) = job else { break };
                    *result = Some(f(item));
                }
            });
        }
    });
    results.into_iter().map(Option::unwrap).collect()
}
