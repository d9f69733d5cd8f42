//! Going to the list costs a lock, so a worker takes two jobs at a time as long as there are plenty.

use std::collections::VecDeque;
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
    let jobs: Mutex<VecDeque<(usize, J)>> = Mutex::new(jobs.into_iter().enumerate().collect());
    let take = || {
        let mut jobs = jobs.lock().unwrap();
        let number = if jobs.len() > 4 * workers { 2 } else { 1 };
        let number = number.min(jobs.len());
        jobs.drain(..number).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let tx = tx.clone();
            let (take, work) = (&take, &work);
            scope.spawn(move || {
                loop {
                    let mine = take();
                    if mine.is_empty() {
                        break;
                    }
                    for (index, job) in mine {
                        let _ = tx.send((index, work(job)));
                    }
                }
            });
        }
        drop(tx);
        for (index, result) in rx {
            on_result(index, result);
        }
    });
}
