//! A worker asks for the next job only when its last result has been received and handled: each message has an answer.

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
    let count = jobs.len();
    let list = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers.min(count) {
            let tx = tx.clone();
            let (list, work) = (&list, &work);
            s.spawn(move || {
                loop {
                    let next = list.lock().unwrap().next();
                    let Some((i, job)) = next else { return };
                    // a new pair each time: when main has dropped its half without an answer, recv fails at once
                    let (ack, handled) = mpsc::channel::<()>();
                    if tx.send((i, work(job), ack)).is_err() || handled.recv().is_err() {
                        return;
                    }
                }
            });
        }
        drop(tx);
        for (i, result, ack) in rx {
            on_result(i, result);
            ack.send(()).expect("the worker waits for it");
        }
    });
}
