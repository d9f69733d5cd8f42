//! rayon's global pool: as many threads as the machine has cores, whatever `workers` says.

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    items.par_iter().with_max_len(1).map(f).collect()
}
