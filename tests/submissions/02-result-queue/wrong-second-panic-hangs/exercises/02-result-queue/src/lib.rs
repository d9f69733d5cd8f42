//! Each worker reports how its job went. At the first failure the caller stops the others and waits until each has said that
//! it stopped.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;

enum Report<R> {
    Done(usize, R),
    Failed(Box<dyn std::any::Any + Send>),
    Stopped,
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be positive");
    let threads = workers.min(jobs.len());
    let jobs = Mutex::new(jobs.into_iter().enumerate());
    let stop = AtomicBool::new(false);
    let (tx, rx) = mpsc::channel();
    thread::scope(|scope| {
        // Whatever happens to on_result, the workers must not go on.
        struct Stop<'a>(&'a AtomicBool);
        impl Drop for Stop<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let _stop = Stop(&stop);
        for _ in 0..threads {
            let tx = tx.clone();
            let (jobs, stop, work) = (&jobs, &stop, &work);
            scope.spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    let Some((index, job)) = jobs.lock().unwrap().next() else { break };
                    match catch_unwind(AssertUnwindSafe(|| work(job))) {
                        Ok(result) => tx.send(Report::Done(index, result)).unwrap(),
                        Err(panic) => return tx.send(Report::Failed(panic)).unwrap(),
                    }
                }
                tx.send(Report::Stopped).unwrap();
            });
        }
        let mut running = threads;
        while running > 0 {
            match rx.recv().unwrap() {
                Report::Done(index, result) => on_result(index, result),
                Report::Stopped => running -= 1,
                Report::Failed(panic) => {
                    stop.store(true, Ordering::SeqCst);
                    running -= 1;
                    while running > 0 {
                        if let Report::Stopped = rx.recv().unwrap() {
                            running -= 1;
                        }
                    }
                    resume_unwind(panic);
                }
            }
        }
    });
}
