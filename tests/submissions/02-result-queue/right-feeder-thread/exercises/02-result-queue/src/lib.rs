//! One more thread feeds the jobs through a channel without room; the workers share its receiver.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "I need workers");
    let workers = workers.min(jobs.len());
    let work = &work;
    thread::scope(|scope| {
        let (job_tx, job_rx) = mpsc::sync_channel(0);
        let (result_tx, result_rx) = mpsc::channel();

        scope.spawn(move || {
            for job in jobs.into_iter().enumerate() {
                // Err: no worker is left that could take it
                if job_tx.send(job).is_err() {
                    return;
                }
            }
        });

        // Each worker owns a share of the receiver. When all workers are gone it is gone, and the feeder stops.
        let job_rx = Arc::new(Mutex::new(job_rx));
        for _ in 0..workers {
            let job_rx = Arc::clone(&job_rx);
            let result_tx = result_tx.clone();
            scope.spawn(move || {
                loop {
                    let message = job_rx.lock().unwrap().recv();
                    let Ok((i, job)) = message else { return };
                    let result = work(job);
                    if result_tx.send((i, result)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(job_rx);
        drop(result_tx);

        for (i, result) in result_rx {
            on_result(i, result);
        }
    });
}
