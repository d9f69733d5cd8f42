//! The main thread is the dispatcher: it waits for "a worker wants a job" and "a result is here" at the same time.

use crossbeam::channel::{bounded, select, unbounded};
use crossbeam::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers >= 1, "at least one of the workers is needed (workers = {workers})");
    let mut waiting = jobs.into_iter().enumerate();
    let work = &work;

    let outcome = thread::scope(|s| {
        let (job_tx, job_rx) = bounded(0);
        let (result_tx, result_rx) = unbounded();
        for _ in 0..workers.min(waiting.len()) {
            let job_rx = job_rx.clone();
            let result_tx = result_tx.clone();
            s.spawn(move |_| {
                while let Ok((i, job)) = job_rx.recv() {
                    if result_tx.send((i, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop((job_rx, result_tx));

        let mut next = waiting.next();
        while next.is_some() {
            select! {
                send(job_tx, next.take().unwrap()) -> sent => match sent {
                    Ok(()) => next = waiting.next(),
                    Err(_) => break, // every worker is gone: they panicked
                },
                recv(result_rx) -> result => match result {
                    Ok((i, result)) => on_result(i, result),
                    Err(_) => break,
                },
            }
        }
        drop(job_tx); // no more jobs
        for (i, result) in result_rx {
            on_result(i, result);
        }
    });
    if let Err(payload) = outcome {
        std::panic::resume_unwind(payload);
    }
}
