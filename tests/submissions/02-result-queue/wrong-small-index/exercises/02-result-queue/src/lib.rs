//! An index goes along with every result. A byte is enough for it: there are never that many jobs.

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
    let jobs = Mutex::new((0u8..=255).cycle().zip(jobs));
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel::<(u8, R)>();
        for _ in 0..workers {
            let tx = tx.clone();
            let (jobs, work) = (&jobs, &work);
            scope.spawn(move || {
                loop {
                    let next = jobs.lock().unwrap().next();
                    let Some((index, job)) = next else { break };
                    if tx.send((index, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        while let Ok((index, result)) = rx.recv() {
            on_result(usize::from(index), result);
        }
    });
}
