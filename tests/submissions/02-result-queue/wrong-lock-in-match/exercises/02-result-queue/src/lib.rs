//! match on the next job of the shared list. (The guard in the head of a match lives through its arms.)

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let queue: Mutex<VecDeque<(usize, J)>> = Mutex::new(jobs.into_iter().enumerate().collect());
    std::thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let tx = tx.clone();
            let queue = &queue;
            let work = &work;
            s.spawn(move || {
                loop {
                    match queue.lock().unwrap().pop_front() {
                        Some((i, job)) => {
                            let _ = tx.send((i, work(job)));
                        }
                        None => return,
                    }
                }
            });
        }
        drop(tx);
        rx.iter().for_each(|(i, result)| on_result(i, result));
    });
}
