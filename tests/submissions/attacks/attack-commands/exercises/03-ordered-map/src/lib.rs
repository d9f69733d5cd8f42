// Words that a CI system obeys where it reads them, between line breaks and in the middle of a line.
use rayon::prelude::*;
pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers.min(items.len()).max(1)).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}

compile_error!("x\n::error file=a::forged\n   ::stop-commands::forged\n##[error]forged ##vso[task.complete]forged");
