//! The workers share one list of jobs behind a mutex and send (index, result) through an mpsc channel.

use std::sync::{Mutex, mpsc};
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must not be 0");
    let todo = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers.min(todo.lock().unwrap().len()) {
            let tx = tx.clone();
            let (todo, work) = (&todo, &work);
            s.spawn(move || {
                loop {
                    let next = todo.lock().unwrap().next(); // the guard is gone at the end of this line
                    let Some((i, job)) = next else { break };
                    let result = work(job);
                    if tx.send((i, result)).is_err() {
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
