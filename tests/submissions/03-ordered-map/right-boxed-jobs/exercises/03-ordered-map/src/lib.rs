//! Made of two parts: a pool that runs any boxed jobs (pool.rs), and the map that makes one job per
//! item.

mod pool;

use pool::{Job, Pool};

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    let pool = Pool::new(workers);
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();

    let f = &f;
    let jobs: Vec<Job<'_>> = items
        .iter()
        .zip(&mut results)
        .map(|(item, result)| -> Job<'_> { Box::new(move || *result = Some(f(item))) })
        .collect();
    pool.run(jobs);

    results.into_iter().map(|result| result.expect("run has run every job")).collect()
}
