//! A rayon pool of its own with a task for each job; in_place_scope keeps the receiving loop on the calling thread.

use std::sync::mpsc;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be greater than zero");
    if jobs.is_empty() {
        return;
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers.min(jobs.len())).build().unwrap();
    let work = &work;
    pool.in_place_scope(|scope| {
        let (tx, rx) = mpsc::channel();
        for (i, job) in jobs.into_iter().enumerate() {
            let tx = tx.clone();
            scope.spawn(move |_| {
                let _ = tx.send((i, work(job))); // fails only when on_result has panicked
            });
        }
        drop(tx);
        while let Ok((i, result)) = rx.recv() {
            on_result(i, result);
        }
    });
}
