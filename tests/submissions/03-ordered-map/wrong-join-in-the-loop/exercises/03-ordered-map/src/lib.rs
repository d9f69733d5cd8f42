//! Starts a thread for an item and joins it at once, so the next one starts when it is over.

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        let result = std::thread::scope(|s| s.spawn(|| f(item)).join().expect("thread panicked"));
        results.push(result);
    }
    results
}
