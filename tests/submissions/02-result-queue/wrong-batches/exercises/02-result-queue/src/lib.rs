//! A batch of as many jobs as there are workers, then the next batch.

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
    let mut jobs = jobs.into_iter().enumerate();
    loop {
        let batch: Vec<_> = jobs.by_ref().take(workers).collect();
        if batch.is_empty() {
            return;
        }
        thread::scope(|s| {
            let (tx, rx) = mpsc::channel();
            for (i, job) in batch {
                let tx = tx.clone();
                let work = &work;
                s.spawn(move || tx.send((i, work(job))));
            }
            drop(tx);
            rx.into_iter().for_each(|(i, result)| on_result(i, result));
        });
    }
}
