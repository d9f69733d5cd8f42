//! A pool that adapts: a supervisor waits on a condition variable for the end, and each time 90 ms have gone by without it, it
//! adds a worker.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be positive");
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let all_done = Condvar::new();
    let failed = AtomicUsize::new(0);

    struct Failing<'a>(&'a AtomicUsize, &'a Condvar);
    impl Drop for Failing<'_> {
        fn drop(&mut self) {
            if thread::panicking() {
                self.0.store(1, Ordering::SeqCst);
                self.1.notify_all();
            }
        }
    }

    let worker = || {
        let _failing = Failing(&failed, &all_done);
        loop {
            let index = next.fetch_add(1, Ordering::SeqCst);
            if index >= items.len() {
                return;
            }
            let result = f(&items[index]);
            let mut done = done.lock().unwrap();
            done.push((index, result));
            if done.len() == items.len() {
                all_done.notify_all();
            }
        }
    };
    thread::scope(|scope| {
        let mut hired = 0;
        let mut guard = done.lock().unwrap();
        while guard.len() < items.len() && failed.load(Ordering::SeqCst) == 0 {
            if hired < workers && next.load(Ordering::SeqCst) < items.len() {
                scope.spawn(worker);
                hired += 1;
                guard = all_done.wait_timeout(guard, Duration::from_millis(90)).unwrap().0;
            } else {
                guard = all_done.wait(guard).unwrap();
            }
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
