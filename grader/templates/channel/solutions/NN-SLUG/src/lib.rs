//! Reference answer of exercise NN: workers that share one list of jobs and one queue of results.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

/// Works every job on `workers` threads. `on_result` is called on the calling thread, with the job's index and its result, as
/// soon as that job has finished.
///
/// # Panics
///
/// If `workers` is 0, or if a call of `work` or of `on_result` panics.
pub fn run_all<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let threads = workers.min(jobs.len());
    let waiting = &Mutex::new(jobs.into_iter().enumerate());
    let work = &work;
    // A function of its own: the lock is free again before the job is worked.
    let take = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        let (sender, outcomes) = mpsc::channel();
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(move || {
                while let Some((index, job)) = take() {
                    let outcome = panic::catch_unwind(AssertUnwindSafe(|| work(job)));
                    let worked = outcome.is_ok();
                    if sender.send((index, outcome)).is_err() || !worked {
                        break;
                    }
                }
            });
        }
        // The loop below ends when every sender is gone, and this one would stay.
        drop(sender);
        for (index, outcome) in outcomes {
            on_result(index, outcome.unwrap_or_else(|payload| panic::resume_unwind(payload)));
        }
    });
}
