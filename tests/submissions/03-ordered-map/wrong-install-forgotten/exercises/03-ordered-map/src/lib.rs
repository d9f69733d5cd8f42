//! Builds a pool of the right size, names its threads nicely, and then does not run in it.

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let _pool = rayon::ThreadPoolBuilder::new()
        .num_threads(workers)
        .thread_name(|n| format!("worker {n}"))
        .build()
        .expect("cannot build the pool");
    items.par_iter().with_max_len(1).map(f).collect()
}
