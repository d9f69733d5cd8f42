//! Results that come too early wait in a map until it is their turn: 0, 1, 2, ...

use std::collections::BTreeMap;
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
                loop {
                    let next = list.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    let result = work(job);
                    if tx.send((i, result)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        let mut early = BTreeMap::new();
        let mut turn = 0;
        for (i, result) in rx {
            early.insert(i, result);
            while let Some(result) = early.remove(&turn) {
                on_result(turn, result);
                turn += 1;
            }
        }
    });
}
