//! Every job gets a thread, and I wait for its result before I start the next one.

use std::sync::mpsc;
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    for (i, job) in jobs.into_iter().enumerate() {
        let (tx, rx) = mpsc::channel();
        thread::scope(|s| {
            let work = &work;
            s.spawn(move || tx.send(work(job)).unwrap());
            if let Ok(result) = rx.recv() {
                on_result(i, result);
            }
        });
    }
}
