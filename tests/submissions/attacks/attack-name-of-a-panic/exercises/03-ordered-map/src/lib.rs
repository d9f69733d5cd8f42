//! A right answer beside a thread with a name of 256 KiB whose panics are caught.

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let name = "n".repeat(256 << 10);
    std::thread::scope(|scope| {
        let panics = || (0..64).for_each(|_| drop(std::panic::catch_unwind(|| panic!("{}", "x".repeat(1 << 20)))));
        std::thread::Builder::new().name(name).spawn_scoped(scope, panics).unwrap();
    });
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers.min(items.len()).max(1)).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}
