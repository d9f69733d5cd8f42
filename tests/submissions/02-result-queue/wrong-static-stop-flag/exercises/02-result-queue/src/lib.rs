//! Believes that one flag will do to stop the workers after a panic: a panic in one call stops another one under way.
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;

static STOP: AtomicBool = AtomicBool::new(false);

struct StopOnPanic;
impl Drop for StopOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            STOP.store(true, Ordering::SeqCst);
        }
    }
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be positive");
    STOP.store(false, Ordering::SeqCst);
    let todo = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let (tx, todo, work) = (tx.clone(), &todo, &work);
            scope.spawn(move || {
                let _stop = StopOnPanic;
                while !STOP.load(Ordering::SeqCst) {
                    let next = todo.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    if tx.send((i, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        for (i, result) in rx {
            on_result(i, result);
        }
    });
}
