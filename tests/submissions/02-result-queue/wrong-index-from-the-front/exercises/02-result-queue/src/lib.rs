//! Takes the jobs from the back of the vector (pop is fast) and counts the index up from 0.

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
    let stack = Mutex::new((0, jobs));
    let take = || {
        let mut stack = stack.lock().unwrap();
        let job = stack.1.pop()?;
        let index = stack.0;
        stack.0 += 1;
        Some((index, job))
    };
    let take = &take;
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let tx = tx.clone();
            let work = &work;
            s.spawn(move || {
                while let Some((i, job)) = take() {
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
