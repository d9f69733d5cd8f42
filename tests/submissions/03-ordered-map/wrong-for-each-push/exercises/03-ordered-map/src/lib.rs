//! `par_iter().for_each(push)`: rayon keeps the order for `map` and `collect`, not for side effects.

use rayon::prelude::*;
use std::sync::Mutex;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be positive");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let results = Mutex::new(Vec::with_capacity(items.len()));
    pool.install(|| {
        items.par_iter().with_max_len(1).for_each(|item| {
            let r = f(item);
            results.lock().unwrap().push(r);
        });
    });
    results.into_inner().unwrap()
}
