//! For a handful of jobs a single thread will do: starting one for each would cost more than it brings.

use std::sync::{Mutex, mpsc};
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let threads = if jobs.len() <= workers { 1 } else { workers };
    let queue = Mutex::new(jobs.into_iter().enumerate());
    let next = || queue.lock().unwrap().next();
    let (tx, rx) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let tx = tx.clone();
            let (next, work) = (&next, &work);
            scope.spawn(move || {
                while let Some((index, job)) = next() {
                    if tx.send((index, work(job))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(tx);
        for (index, result) in rx {
            on_result(index, result);
        }
    });
}
