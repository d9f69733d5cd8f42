//! The workers share the receiver of the job channel, like in the thread pool of the book.
//! (In a while let the lock guard lives to the end of the body: one job at a time.)

use std::sync::{Arc, Mutex, mpsc};
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let (job_tx, job_rx) = mpsc::channel();
    for job in jobs.into_iter().enumerate() {
        job_tx.send(job).unwrap();
    }
    drop(job_tx);
    let job_rx = Arc::new(Mutex::new(job_rx));

    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let job_rx = Arc::clone(&job_rx);
            let tx = tx.clone();
            let work = &work;
            s.spawn(move || {
                while let Ok((i, job)) = job_rx.lock().unwrap().recv() {
                    tx.send((i, work(job))).unwrap();
                }
            });
        }
        drop(tx);
        for (i, result) in rx {
            on_result(i, result);
        }
    });
}
