//! When a job has panicked there is no point in starting further ones: FAILED tells all workers.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;

static FAILED: AtomicBool = AtomicBool::new(false);

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers: at least one");
    let jobs = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|scope| {
        let (tx, rx) = mpsc::sync_channel(0);
        for _ in 0..workers {
            let tx = tx.clone();
            let (jobs, work) = (&jobs, &work);
            scope.spawn(move || {
                while !FAILED.load(Ordering::SeqCst) {
                    let Some((index, job)) = jobs.lock().unwrap().next() else { break };
                    let result = catch_unwind(AssertUnwindSafe(|| work(job)));
                    FAILED.fetch_or(result.is_err(), Ordering::SeqCst);
                    if tx.send((index, result)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        while let Ok((index, result)) = rx.recv() {
            match result {
                Ok(result) => on_result(index, result),
                Err(panic) => resume_unwind(panic),
            }
        }
    });
}
