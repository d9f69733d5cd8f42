//! rayon with a pool of our own (so `workers` counts) and leaves of one item (so that nothing waits
//! behind a slow item).

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    // rayon takes 0 for "choose for me", so it has to be caught here
    assert!(workers > 0, "workers was 0");
    let pool = ThreadPoolBuilder::new().num_threads(workers).build().expect("could not start the pool");
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}
