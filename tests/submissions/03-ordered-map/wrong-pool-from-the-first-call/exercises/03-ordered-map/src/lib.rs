//! Starting threads is expensive, so the pool is kept in a `static`. It has the `workers` of the first
//! call for ever.

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::OnceLock;

static POOL: OnceLock<ThreadPool> = OnceLock::new();

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let pool = POOL.get_or_init(|| ThreadPoolBuilder::new().num_threads(workers).build().unwrap());
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}
