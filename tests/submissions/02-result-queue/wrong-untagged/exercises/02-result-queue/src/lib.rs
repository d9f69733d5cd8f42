//! The results come through the queue one after another, so I number them as they come.

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
    let list = Mutex::new(jobs.into_iter());
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let tx = tx.clone();
            let (list, work) = (&list, &work);
            s.spawn(move || {
                loop {
                    let next = list.lock().unwrap().next();
                    let Some(job) = next else { break };
                    if tx.send(work(job)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        for (i, result) in rx.into_iter().enumerate() {
            on_result(i, result);
        }
    });
}
