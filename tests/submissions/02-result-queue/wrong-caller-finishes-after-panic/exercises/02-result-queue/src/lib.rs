//! A worker that panics is gone. The jobs that are left are worked all the same, by whoever is there: the caller.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
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
    let jobs = Mutex::new(jobs.into_iter().enumerate().collect::<std::collections::VecDeque<_>>());
    let take = || jobs.lock().unwrap().pop_front();
    let mut failed = None;
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let tx = tx.clone();
            let (take, work) = (&take, &work);
            scope.spawn(move || {
                while let Some((index, job)) = take() {
                    let result = catch_unwind(AssertUnwindSafe(|| work(job)));
                    let gone = result.is_err();
                    let _ = tx.send((index, result));
                    if gone {
                        break;
                    }
                }
            });
        }
        drop(tx);
        while let Ok((index, result)) = rx.recv() {
            match result {
                Ok(result) => on_result(index, result),
                Err(panic) => {
                    failed = Some(panic);
                    while let Some((index, job)) = take() {
                        on_result(index, work(job));
                    }
                }
            }
        }
    });
    if let Some(panic) = failed {
        resume_unwind(panic);
    }
}
