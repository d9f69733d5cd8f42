//! Cuts the jobs into as many parts as there are workers; each worker does its part.

use crossbeam::channel;
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let size = jobs.len().div_ceil(workers).max(1);
    let mut rest = jobs.into_iter().enumerate();
    thread::scope(|s| {
        let (tx, rx) = channel::unbounded();
        for _ in 0..workers {
            let part: Vec<(usize, J)> = rest.by_ref().take(size).collect();
            let tx = tx.clone();
            let work = &work;
            s.spawn(move || {
                part.into_iter().try_for_each(|(i, job)| tx.send((i, work(job)))).ok();
            });
        }
        drop(tx);
        for (i, result) in rx {
            on_result(i, result);
        }
    });
}
