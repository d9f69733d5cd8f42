//! Looks every 2 ms whether all is done, and uses a panic to get out of the loop that looks: it is caught at once, and the next
//! round begins. Nobody ever says that all is done.

use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let cursor = Mutex::new(items.iter().enumerate());
    let results = Mutex::new(Vec::new());
    let done = AtomicBool::new(items.is_empty());
    thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                loop {
                    let Some((i, item)) = ({ cursor.lock().unwrap().next() }) else { break };
                    let result = f(item);
                    results.lock().unwrap().push((i, result));
                }
            });
        }
        while !done.load(Ordering::SeqCst) {
            let _ = catch_unwind(|| {
                thread::sleep(Duration::from_millis(2));
                panic!("not yet done");
            });
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, r)| r).collect()
}
