//! `let _ = handle.join()` keeps the compiler quiet about the Result. It keeps quiet about a panicked
//! worker as well.

use std::sync::Mutex;
use std::thread;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    let jobs = Mutex::new(items.iter().zip(results.iter_mut()));
    thread::scope(|s| {
        let handles: Vec<_> = (0..workers)
            .map(|_| {
                s.spawn(|| {
                    loop {
                        let job = jobs.lock().unwrap().next();
                        let Some((item, result)) = job else { break };
                        *result = Some(f(item));
                    }
                })
            })
            .collect();
        for handle in handles {
            let _ = handle.join();
        }
    });
    results.into_iter().flatten().collect()
}
