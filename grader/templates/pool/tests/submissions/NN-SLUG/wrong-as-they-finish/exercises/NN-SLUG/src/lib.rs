//! "All results are in there."

use std::sync::Mutex;

use rayon::prelude::*;

pub fn apply_all<T, R, F>(items: &[T], workers: usize, work: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let results = Mutex::new(Vec::new());
    pool.install(|| {
        items.par_iter().with_max_len(1).for_each(|item| {
            let result = work(item);
            results.lock().unwrap().push(result);
        });
    });
    results.into_inner().unwrap()
}
