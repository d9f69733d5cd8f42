//! "Better one worker than none."

use rayon::prelude::*;

pub fn apply_all<T, R, F>(items: &[T], workers: usize, work: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    let workers = workers.max(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(work).collect())
}
