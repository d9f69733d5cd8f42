//! Reference answer of exercise 02: workers that share one list of jobs and one queue of results.
//!
//! Two queues meet here. The jobs lie in a list behind a lock, and whoever is free takes the next one: that keeps every
//! worker busy. The results travel through a channel, in the order in which they are put in, and each carries the index
//! of its job: that keeps them apart.

use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// What a worker puts into the queue: the job's index, and its result or the payload of its panic.
type Outcome<R> = (usize, thread::Result<R>);

/// Works every job on `workers` threads and sends each result back through a queue. `on_result` is called on the
/// calling thread, with the job's index and its result, as soon as that job has finished.
///
/// # Panics
///
/// If `workers` is 0, if a call of `work` panics, or if `on_result` does: the first payload that reaches the calling
/// thread is passed on, once every worker has stopped. The jobs that are left by then are dropped, and so are results
/// that have not been delivered.
pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");

    // A worker beyond the number of jobs would find nothing to do.
    let threads = workers.min(jobs.len());
    let waiting = &Mutex::new(jobs.into_iter().enumerate());
    let work = &work;

    thread::scope(|scope| {
        // The receiver belongs to this closure, so a panic that leaves the closure drops it. That is how the workers
        // learn that nobody listens any more.
        let (sender, outcomes) = mpsc::channel();
        for _ in 0..threads {
            let sender = sender.clone();
            // The thread owns its sender, so that the sender is gone when the thread has ended.
            scope.spawn(move || work_until_done(waiting, work, &sender));
        }
        // The loop below ends when every sender is gone, and this one would stay.
        drop(sender);

        for (index, outcome) in outcomes {
            let result = outcome.unwrap_or_else(|payload| panic::resume_unwind(payload));
            on_result(index, result);
        }
    });
}

/// One worker: takes jobs until none is left, or until the calling thread has stopped listening.
fn work_until_done<J, R>(
    waiting: &Mutex<impl Iterator<Item = (usize, J)>>,
    work: impl Fn(J) -> R,
    sender: &Sender<Outcome<R>>,
) {
    while let Some((index, job)) = take(waiting) {
        // A panic becomes a message like any other, so that the calling thread hears of it at once. Nothing that the
        // call may have left half done is looked at afterwards: the calling thread passes the panic on.
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| work(job)));
        let worked = outcome.is_ok();
        if sender.send((index, outcome)).is_err() || !worked {
            break;
        }
    }
}

/// Takes the next waiting job.
///
/// A function of its own, because the lock must be free again before the job is worked: written as the condition of the
/// `while let` above, the guard would live to the end of the loop's body, and the jobs would run one at a time.
fn take<J>(waiting: &Mutex<impl Iterator<Item = J>>) -> Option<J> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).next()
}
