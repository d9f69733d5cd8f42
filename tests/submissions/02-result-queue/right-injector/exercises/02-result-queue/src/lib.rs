//! crossbeam-deque's Injector as the list of jobs: workers steal from it.

use crossbeam::deque::{Injector, Steal};
use std::sync::mpsc;
use std::thread;

fn steal<T>(injector: &Injector<T>) -> Option<T> {
    loop {
        match injector.steal() {
            Steal::Success(item) => return Some(item),
            Steal::Empty => return None,
            Steal::Retry => {} // another worker was faster; there is something or nothing, look again
        }
    }
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers: 0 is not allowed");
    let injector = Injector::new();
    let threads = workers.min(jobs.len());
    jobs.into_iter().enumerate().for_each(|job| injector.push(job));

    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        let handles: Vec<_> = (0..threads)
            .map(|_| {
                let tx = tx.clone();
                let (injector, work) = (&injector, &work);
                s.spawn(move || {
                    while let Some((i, job)) = steal(injector) {
                        let result = work(job);
                        if tx.send((i, result)).is_err() {
                            break;
                        }
                    }
                })
            })
            .collect();
        drop(tx);
        for (i, result) in &rx {
            on_result(i, result);
        }
        for handle in handles {
            if let Err(payload) = handle.join() {
                std::panic::resume_unwind(payload);
            }
        }
    });
}
