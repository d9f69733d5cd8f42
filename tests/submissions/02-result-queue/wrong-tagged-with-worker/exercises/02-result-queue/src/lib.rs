//! Tags each result with the number of the worker that has it. (Right as long as every worker gets one job.)

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
    let mut list = jobs.into_iter();
    let first: Vec<J> = list.by_ref().take(workers).collect();
    let rest = Mutex::new(list);
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for (number, job) in first.into_iter().enumerate() {
            let tx = tx.clone();
            let (rest, work) = (&rest, &work);
            s.spawn(move || {
                let mut next = Some(job);
                while let Some(job) = next {
                    if tx.send((number, work(job))).is_err() {
                        return;
                    }
                    next = rest.lock().unwrap().next();
                }
            });
        }
        drop(tx);
        for (number, result) in rx {
            on_result(number, result);
        }
    });
}
