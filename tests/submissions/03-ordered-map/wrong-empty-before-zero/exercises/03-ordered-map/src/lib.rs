//! Looks at the list first: with nothing to do, 0 workers are let through.

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    if items.is_empty() {
        return Vec::new();
    }
    assert!(workers > 0, "workers must be at least 1");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}
