//! A job is an item together with the place for its result; the jobs wait in an iterator behind a
//! mutex.

use std::sync::Mutex;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "`workers` is 0");
    let mut results = Vec::new();
    results.resize_with(items.len(), || None);

    let jobs = Mutex::new(items.iter().zip(results.iter_mut()));
    std::thread::scope(|scope| {
        for _ in 0..items.len().min(workers) {
            scope.spawn(|| {
                while let Some((item, result)) = { jobs.lock().unwrap().next() } {
                    *result = Some(f(item));
                }
            });
        }
    });

    results.into_iter().map(|result| result.expect("the job was done")).collect()
}
