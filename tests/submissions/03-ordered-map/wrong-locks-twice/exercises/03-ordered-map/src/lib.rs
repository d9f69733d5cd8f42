//! The next index lives in a mutex; it is looked at under one guard and counted up under another.

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
    let results = Mutex::new((0..items.len()).map(|_| None).collect::<Vec<_>>());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seen = next.lock().unwrap();
                    if *seen >= items.len() {
                        break;
                    }
                    let index = *seen;
                    *next.lock().unwrap() += 1; // `seen` is still there
                    drop(seen);
                    let result = f(&items[index]);
                    results.lock().unwrap()[index] = Some(result);
                }
            });
        }
    });
    results.into_inner().unwrap().into_iter().map(Option::unwrap).collect()
}
