//! A function that needs itself for a bigger type, without an end.

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    grow(0_u8, 0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}

fn grow<T: Copy>(t: T, depth: u32) {
    if depth > 3 {
        return;
    }
    grow((t, t), depth + 1);
}
