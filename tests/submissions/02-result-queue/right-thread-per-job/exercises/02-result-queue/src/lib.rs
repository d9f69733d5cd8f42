//! A fresh thread for every job. The main thread starts the first ones, and a new one whenever a result comes in.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "the number of workers must not be zero");
    let mut waiting = jobs.into_iter().enumerate();
    let work = &work;
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel();
        let start = |(index, job): (usize, J)| {
            let tx = tx.clone();
            scope.spawn(move || {
                let outcome = catch_unwind(AssertUnwindSafe(|| work(job)));
                let _ = tx.send((index, outcome));
            });
        };
        let mut running = 0;
        for job in waiting.by_ref().take(workers) {
            start(job);
            running += 1;
        }
        while running > 0 {
            let (index, outcome) = rx.recv().expect("I hold a sender myself");
            running -= 1;
            match outcome {
                Ok(result) => {
                    if let Some(job) = waiting.next() {
                        start(job);
                        running += 1;
                    }
                    on_result(index, result);
                }
                Err(payload) => resume_unwind(payload),
            }
        }
    });
}
