//! Each trip to the counter costs something, so a worker takes two items at a time as long as there are plenty.

use std::sync::Mutex;
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let next = Mutex::new(0);
    let take = || {
        let mut next = next.lock().unwrap();
        let left = items.len() - *next;
        let number = if left > 4 * workers { 2 } else { left.min(1) };
        let first = *next;
        *next += number;
        first..*next
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let work = || {
            let mut mine = Vec::new();
            loop {
                let range = take();
                if range.is_empty() {
                    return mine;
                }
                mine.extend(range.map(|index| (index, f(&items[index]))));
            }
        };
        let handles: Vec<_> = (0..workers.min(items.len())).map(|_| scope.spawn(work)).collect();
        handles.into_iter().flat_map(|handle| handle.join().unwrap()).collect()
    });
    results.sort_by_key(|&(index, _)| index);
    results.into_iter().map(|(_, result)| result).collect()
}
