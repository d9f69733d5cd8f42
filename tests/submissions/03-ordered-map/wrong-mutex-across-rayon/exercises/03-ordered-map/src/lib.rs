//! Locks the results to make room in them, and still holds the lock while the pool runs. Each job ends
//! at the same lock.

use rayon::prelude::*;
use std::sync::Mutex;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let results: Mutex<Vec<Option<R>>> = Mutex::new(Vec::new());

    let mut all = results.lock().unwrap();
    all.resize_with(items.len(), || None);
    pool.install(|| {
        items.par_iter().enumerate().with_max_len(1).for_each(|(i, item)| {
            let r = f(item);
            results.lock().unwrap()[i] = Some(r);
        });
    });
    all.drain(..).map(|r| r.expect("all done")).collect()
}
