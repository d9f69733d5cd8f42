//! A condvar with a time limit, "to be on the safe side". The limit hides that nobody ever notifies:
//! the caller always sleeps out its 250 ms.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

struct Gone<'a>(&'a Mutex<usize>);

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap() += 1;
    }
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let queue = Mutex::new(items.iter().enumerate());
    let results: Mutex<Vec<Option<R>>> = Mutex::new(items.iter().map(|_| None).collect());
    let gone = Mutex::new(0);
    let all_gone = Condvar::new();
    std::thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                let _gone = Gone(&gone);
                loop {
                    let job = queue.lock().unwrap().next();
                    let Some((i, item)) = job else { break };
                    let r = f(item);
                    results.lock().unwrap()[i] = Some(r);
                }
            });
        }
        let mut count = gone.lock().unwrap();
        while *count < workers {
            count = all_gone.wait_timeout(count, Duration::from_millis(250)).unwrap().0;
        }
    });
    results.into_inner().unwrap().into_iter().map(Option::unwrap).collect()
}
