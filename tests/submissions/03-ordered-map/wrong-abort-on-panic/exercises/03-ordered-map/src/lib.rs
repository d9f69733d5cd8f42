//! A panic is taken for the end of the world: abort, so that nothing can hang.

use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let careful = |item: &T| {
        catch_unwind(AssertUnwindSafe(|| f(item))).unwrap_or_else(|_| {
            eprintln!("a worker panicked, giving up");
            std::process::abort()
        })
    };
    pool.install(|| items.par_iter().with_max_len(1).map(careful).collect())
}
