//! `par_bridge` makes any iterator parallel. It also forgets which item came when.

use rayon::iter::{ParallelBridge, ParallelIterator};

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| items.iter().par_bridge().map(f).collect())
}
