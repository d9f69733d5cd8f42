//! A queue of my own: a list under a lock, and a condvar with a time limit. Whoever puts a result in forgets to notify, so each
//! result lies there until the limit wakes the caller.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let total = jobs.len();
    let jobs = Mutex::new(jobs.into_iter().enumerate());
    let results = Mutex::new(VecDeque::new());
    let arrived = Condvar::new();
    thread::scope(|scope| {
        for _ in 0..workers.min(total) {
            scope.spawn(|| {
                loop {
                    let job = jobs.lock().unwrap().next();
                    let Some((i, job)) = job else { return };
                    let result = work(job);
                    results.lock().unwrap().push_back((i, result));
                }
            });
        }
        for _ in 0..total {
            let waiting = results.lock().unwrap();
            let limit = Duration::from_millis(150);
            let (mut waiting, _) =
                arrived.wait_timeout_while(waiting, limit, |results| results.is_empty()).unwrap();
            while waiting.is_empty() {
                waiting = arrived.wait_timeout(waiting, limit).unwrap().0;
            }
            let (i, result) = waiting.pop_front().unwrap();
            drop(waiting);
            on_result(i, result);
        }
    });
}
