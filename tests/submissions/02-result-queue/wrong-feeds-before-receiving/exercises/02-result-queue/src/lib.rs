//! First hands all jobs to the workers, then receives the results. Both queues have no room.
//! (The workers wait in send, main waits in send.)

use crossbeam::channel::bounded;
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    thread::scope(|s| {
        let (job_tx, job_rx) = bounded(0);
        let (tx, rx) = bounded(0);
        for _ in 0..workers {
            let (job_rx, tx) = (job_rx.clone(), tx.clone());
            let work = &work;
            s.spawn(move || {
                for (i, job) in job_rx {
                    if tx.send((i, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(job_rx);
        drop(tx);
        for job in jobs.into_iter().enumerate() {
            if job_tx.send(job).is_err() {
                break;
            }
        }
        drop(job_tx);
        for (i, result) in rx {
            on_result(i, result);
        }
    });
}
