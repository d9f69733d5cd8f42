//! A pool of the right size and a plain `par_iter`. rayon stops splitting at some point and works the
//! items of a leaf one after the other: the first 25 of 100 on two threads, the first 12 on four.

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| items.par_iter().map(f).collect())
}
