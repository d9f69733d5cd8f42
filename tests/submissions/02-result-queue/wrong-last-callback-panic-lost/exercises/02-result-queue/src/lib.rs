//! A panic of on_result must not tear the program down while threads run: it is caught, noted, and raised before the next
//! result is delivered.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, mpsc};
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must not be 0");
    let jobs = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let tx = tx.clone();
            scope.spawn(|| {
                let tx = tx;
                loop {
                    let Some((index, job)) = jobs.lock().unwrap().next() else { return };
                    if tx.send((index, work(job))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(tx);
        let mut failed = None;
        for (index, result) in rx {
            if let Some(panic) = failed.take() {
                resume_unwind(panic);
            }
            failed = catch_unwind(AssertUnwindSafe(|| on_result(index, result))).err();
        }
    });
}
