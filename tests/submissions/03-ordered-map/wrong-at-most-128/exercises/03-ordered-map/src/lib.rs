//! Nobody has more than 128 cores, so more threads than that only get in each other's way.

use std::sync::mpsc;
use std::thread;

use crossbeam::queue::SegQueue;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let queue = SegQueue::new();
    items.iter().enumerate().for_each(|pair| queue.push(pair));
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..workers.min(items.len()).min(128) {
            let (sender, queue, f) = (sender.clone(), &queue, &f);
            scope.spawn(move || {
                while let Some((index, item)) = queue.pop() {
                    sender.send((index, f(item))).unwrap();
                }
            });
        }
        drop(sender);
    });
    let mut results: Vec<(usize, R)> = receiver.into_iter().collect();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
