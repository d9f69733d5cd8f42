//! A counter says how many results are still to come; main sleeps on a Condvar in between. (A panic never counts down.)

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let mut pending = jobs.len();
    let list = Mutex::new(jobs.into_iter().enumerate());
    let results = Mutex::new(VecDeque::new());
    let ready = Condvar::new();
    thread::scope(|s| {
        for _ in 0..workers.min(pending) {
            s.spawn(|| {
                loop {
                    let Some((i, job)) = list.lock().unwrap().next() else { break };
                    let result = work(job);
                    results.lock().unwrap().push_back((i, result));
                    ready.notify_one();
                }
            });
        }
        while pending > 0 {
            let guard = results.lock().unwrap();
            let mut guard = ready.wait_while(guard, |queue| queue.is_empty()).unwrap();
            let (i, result) = guard.pop_front().unwrap();
            drop(guard);
            on_result(i, result);
            pending -= 1;
        }
    });
}
