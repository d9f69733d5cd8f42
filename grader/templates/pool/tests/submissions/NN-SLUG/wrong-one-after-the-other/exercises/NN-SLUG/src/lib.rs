//! "It gives the right list."

pub fn apply_all<T, R, F>(items: &[T], workers: usize, work: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    items.iter().map(work).collect()
}
