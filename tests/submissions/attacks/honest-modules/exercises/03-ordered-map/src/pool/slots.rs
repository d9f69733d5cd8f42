use rayon::prelude::*;

pub(super) fn fill<T: Sync, R: Send>(items: &[T], workers: usize, f: &(impl Fn(&T) -> R + Sync)) -> Vec<R> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}
