//! Believes that fewer than three jobs are not worth a second thread.
use std::sync::{Mutex, mpsc};
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be positive");
    let team = if jobs.len() < 3 { 1 } else { workers };
    let todo = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..team {
            let (tx, todo, work) = (tx.clone(), &todo, &work);
            scope.spawn(move || {
                loop {
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
