//! Static chunks in rayon's clothes: `par_chunks` with one chunk for each thread, a plain loop inside
//! each.

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let size = items.len().div_ceil(workers).max(1);
    pool.install(|| {
        let parts: Vec<Vec<R>> = items.par_chunks(size).map(|chunk| chunk.iter().map(&f).collect()).collect();
        parts.into_iter().flatten().collect()
    })
}
