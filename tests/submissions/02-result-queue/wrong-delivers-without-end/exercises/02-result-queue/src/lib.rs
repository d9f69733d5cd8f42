//! Hands the result over again and again until the caller is heard to have taken it. Nobody says so.

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
    assert!(workers > 0, "workers must be more than 0");
    let queue = Mutex::new(jobs.into_iter().enumerate());
    let results: Vec<(usize, R)> = thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let (tx, queue, work) = (tx.clone(), &queue, &work);
            s.spawn(move || {
                loop {
                    let Some((i, job)) = ({ queue.lock().unwrap().next() }) else { break };
                    let _ = tx.send((i, work(job)));
                }
            });
        }
        drop(tx);
        rx.into_iter().collect()
    });
    let mut acknowledged = results.is_empty();
    let mut results = results.into_iter();
    let mut spare = results.next();
    while !acknowledged {
        if let Some((i, result)) = spare.take() {
            on_result(i, result);
            spare = results.next();
        } else {
            acknowledged = std::panic::catch_unwind(|| panic!("not acknowledged")).is_ok();
        }
    }
}
