//! `len / workers` items for each worker. What does not divide evenly is nobody's: 100 items on 16
//! workers give 96.

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    if items.is_empty() {
        return vec![];
    }
    let workers = workers.min(items.len());
    let share = items.len() / workers;
    std::thread::scope(|s| {
        let handles: Vec<_> = (0..workers)
            .map(|w| {
                let f = &f;
                s.spawn(move || items[w * share..(w + 1) * share].iter().map(f).collect::<Vec<R>>())
            })
            .collect();
        handles.into_iter().flat_map(|h| h.join().unwrap()).collect()
    })
}
