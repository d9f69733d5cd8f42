//! After a panic the caller waits until the other workers have finished the job that they are at.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
    let stop = AtomicBool::new(false);
    let at_work = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let tx = tx.clone();
            let (jobs, stop, at_work, work) = (&jobs, &stop, &at_work, &work);
            scope.spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    let Some((index, job)) = jobs.lock().unwrap().next() else { break };
                    at_work.fetch_add(1, Ordering::SeqCst);
                    let result = catch_unwind(AssertUnwindSafe(|| work(job)));
                    at_work.fetch_sub(1, Ordering::SeqCst);
                    if tx.send((index, result)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        for (index, result) in rx {
            match result {
                Ok(result) => on_result(index, result),
                Err(panic) => {
                    stop.store(true, Ordering::SeqCst);
                    while at_work.load(Ordering::SeqCst) > 0 {
                        std::hint::spin_loop();
                    }
                    resume_unwind(panic);
                }
            }
        }
    });
}
