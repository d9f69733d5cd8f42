//! Two crossbeam channels: one with all jobs in it, one with room for a single result.

use crossbeam::channel::{bounded, unbounded};
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert_ne!(workers, 0, "workers must be positive");
    let count = jobs.len();

    let (job_tx, job_rx) = unbounded();
    for pair in jobs.into_iter().enumerate() {
        job_tx.send(pair).unwrap();
    }
    drop(job_tx);

    let work = &work;
    thread::scope(move |s| {
        let (result_tx, result_rx) = bounded(1);
        for _ in 0..workers.min(count) {
            let (job_rx, result_tx) = (job_rx.clone(), result_tx.clone());
            s.spawn(move || {
                for (i, job) in job_rx {
                    if result_tx.send((i, work(job))).is_err() {
                        break; // nobody listens any more
                    }
                }
            });
        }
        drop(result_tx);
        for (i, result) in result_rx {
            on_result(i, result);
        }
    });
}
