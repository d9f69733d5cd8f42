//! `let _ = acquire()` looks like holding the permit. It gives it back on the same line.

use std::sync::{Condvar, Mutex};
use std::thread;

struct Semaphore {
    free: Mutex<usize>,
    released: Condvar,
}

struct Permit<'a> {
    of: &'a Semaphore,
}

impl Semaphore {
    fn acquire(&self) -> Permit<'_> {
        let mut free = self.free.lock().unwrap();
        while *free == 0 {
            free = self.released.wait(free).unwrap();
        }
        *free -= 1;
        Permit { of: self }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.of.free.lock().unwrap() += 1;
        self.of.released.notify_one();
    }
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let semaphore = Semaphore { free: Mutex::new(workers), released: Condvar::new() };
    thread::scope(|s| {
        let handles: Vec<_> = items
            .iter()
            .map(|item| {
                s.spawn(|| {
                    let _ = semaphore.acquire();
                    f(item)
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
