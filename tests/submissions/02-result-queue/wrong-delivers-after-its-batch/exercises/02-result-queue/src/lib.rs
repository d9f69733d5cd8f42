//! Each worker keeps its results in a vector of its own and sends the whole vector when the jobs have run out.

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
        for _ in 0..workers {
            let tx = tx.clone();
            let (list, work) = (&list, &work);
            s.spawn(move || {
                let mut mine = Vec::new();
                loop {
                    let next = list.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    mine.push((i, work(job)));
                }
                let _ = tx.send(mine);
            });
        }
        drop(tx);
        for (i, result) in rx.into_iter().flatten() {
            on_result(i, result);
        }
    });
}
