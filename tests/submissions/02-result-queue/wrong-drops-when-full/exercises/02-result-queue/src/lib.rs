//! The queue has room for one result; try_send so that a worker never blocks. (A result that finds no room is lost.)

use std::sync::Mutex;
use std::sync::mpsc;
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
        let (tx, rx) = mpsc::sync_channel(1);
        for _ in 0..workers {
            let tx = tx.clone();
            let (list, work) = (&list, &work);
            s.spawn(move || {
                loop {
                    let next = list.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    let _ = tx.try_send((i, work(job)));
                }
            });
        }
        drop(tx);
        for (i, result) in rx {
            on_result(i, result);
        }
    });
}
