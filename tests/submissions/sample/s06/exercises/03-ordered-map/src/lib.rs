//! Gives `f` away to the first thread; for the second it is gone. The compiler sees it.

use std::sync::Mutex;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let queue = Mutex::new(items.iter().enumerate());
    let results = Mutex::new(Vec::new());
    let (jobs, done) = (&queue, &results);
    std::thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(move || {
                while let Some((i, item)) = { jobs.lock().unwrap().next() } {
                    let r = f(item);
                    done.lock().unwrap().push((i, r));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, r)| r).collect()
}
