//! A constant that takes some ten minutes, with the compiler's own limit switched off.

#![allow(long_running_const_eval)]

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}

pub const LATER: u64 = {
    let mut n = 0_u64;
    while n < 2_000_000_000 {
        n += 1;
    }
    n
};

pub static COUNT: u64 = LATER;
