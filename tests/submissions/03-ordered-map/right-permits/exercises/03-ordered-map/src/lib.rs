//! A semaphore with `workers` permits. The calling thread waits for a permit and only then starts the
//! thread of the next item, so there are never more threads than permits.

use std::sync::{Condvar, Mutex};
use std::thread;

struct Semaphore {
    free: Mutex<usize>,
    released: Condvar,
}

struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    fn acquire(&self) -> Permit<'_> {
        let mut free = self.released.wait_while(self.free.lock().unwrap(), |free| *free == 0).unwrap();
        *free -= 1;
        Permit(self)
    }
}

impl Drop for Permit<'_> {
    // runs on a panic too, so the calling thread is never left waiting
    fn drop(&mut self) {
        *self.0.free.lock().unwrap() += 1;
        self.0.released.notify_one();
    }
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers: expected 1 or more, got 0");
    let semaphore = Semaphore { free: Mutex::new(workers), released: Condvar::new() };
    let mut out: Vec<Option<R>> = items.iter().map(|_| None).collect();

    thread::scope(|s| {
        for (item, place) in items.iter().zip(out.iter_mut()) {
            let permit = semaphore.acquire();
            let f = &f;
            s.spawn(move || {
                let _permit = permit;
                *place = Some(f(item));
            });
        }
    });

    out.into_iter().map(|r| r.expect("the scope has joined every thread")).collect()
}
