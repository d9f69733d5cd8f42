//! Nobody has more than 128 cores, so more threads than that only get in each other's way.

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
    let jobs = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers.min(128) {
            let tx = tx.clone();
            let (jobs, work) = (&jobs, &work);
            scope.spawn(move || {
                loop {
                    let Some((index, job)) = jobs.lock().unwrap().next() else { break };
                    if tx.send((index, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        rx.iter().for_each(|(index, result)| on_result(index, result));
    });
}
