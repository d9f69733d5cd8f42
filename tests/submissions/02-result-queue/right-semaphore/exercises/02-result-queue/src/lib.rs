//! A starter thread takes a permit for every job and starts a thread for it; the permit comes back when the job is over.

use crossbeam::channel;
use std::sync::{Condvar, Mutex};
use std::thread;

struct Semaphore {
    free: Mutex<usize>,
    returned: Condvar,
}

struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    fn acquire(&self) -> Permit<'_> {
        let free = self.free.lock().unwrap();
        let mut free = self.returned.wait_while(free, |free| *free == 0).unwrap();
        *free -= 1;
        Permit(self)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap() += 1;
        self.0.returned.notify_one();
    }
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "a semaphore for 0 workers never opens");
    let semaphore = Semaphore { free: Mutex::new(workers), returned: Condvar::new() };
    let (semaphore, work) = (&semaphore, &work);
    thread::scope(|s| {
        let (tx, rx) = channel::unbounded();
        s.spawn(move || {
            for (i, job) in jobs.into_iter().enumerate() {
                let permit = semaphore.acquire();
                let tx = tx.clone();
                s.spawn(move || {
                    let _permit = permit;
                    let result = work(job);
                    let _ = tx.send((i, result));
                });
            }
        });
        for (i, result) in rx {
            on_result(i, result);
        }
    });
}
