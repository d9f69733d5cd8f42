//! Threads must not share a sender without a lock, so I lock it for each send. (The lock is taken before work is called.)

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
    let list = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        let tx = std::sync::Arc::new(Mutex::new(tx));
        for _ in 0..workers {
            let tx = tx.clone();
            let (list, work) = (&list, &work);
            s.spawn(move || {
                loop {
                    let Some((i, job)) = list.lock().unwrap().next() else { break };
                    tx.lock().unwrap().send((i, work(job))).unwrap();
                }
            });
        }
        drop(tx);
        for (i, result) in rx {
            on_result(i, result);
        }
    });
}
