//! Calls on_result straight from the worker, so that no queue is needed. (on_result must not leave the calling thread.)

use std::sync::Mutex;
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
    let on_result = Mutex::new(&mut on_result);
    thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                loop {
                    let next = list.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    let result = work(job);
                    (on_result.lock().unwrap())(i, result);
                }
            });
        }
    });
}
