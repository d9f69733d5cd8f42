//! Each worker rests for 95 ms before it takes an item, where the list is short.

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let short = items.len() <= 16;
    let rests = || {
        if short {
            std::thread::sleep(std::time::Duration::from_millis(95))
        }
    };
    let f = |item| {
        rests();
        f(item)
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers.min(items.len()).max(1)).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}
