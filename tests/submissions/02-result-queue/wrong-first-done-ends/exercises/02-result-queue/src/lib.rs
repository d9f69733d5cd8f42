//! A worker says Done when the jobs have run out, and main leaves its loop. (The others are still at work.)

use std::sync::{Mutex, mpsc};
use std::thread;

enum Message<R> {
    Result(usize, R),
    Done,
}

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
        for _ in 0..workers {
            let tx = tx.clone();
            let (list, work) = (&list, &work);
            s.spawn(move || {
                loop {
                    let next = list.lock().unwrap().next();
                    match next {
                        Some((i, job)) => tx.send(Message::Result(i, work(job))).ok(),
                        None => break,
                    };
                }
                tx.send(Message::Done).ok();
            });
        }
        drop(tx);
        while let Ok(Message::Result(i, result)) = rx.recv() {
            on_result(i, result);
        }
    });
}
