//! `workers` items at a time: start them, wait for all of them, then the next round. The fast ones wait
//! for the slowest of their round.

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let mut results = Vec::with_capacity(items.len());
    for round in items.chunks(workers) {
        std::thread::scope(|s| {
            let handles: Vec<_> = round.iter().map(|item| s.spawn(|| f(item))).collect();
            for handle in handles {
                results.push(handle.join().expect("a call panicked"));
            }
        });
    }
    results
}
