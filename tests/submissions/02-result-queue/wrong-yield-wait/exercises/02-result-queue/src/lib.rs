//! Polls a SegQueue and yields in between; yield_now is not busy waiting, I think.

use crossbeam::queue::SegQueue;
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
    let done = SegQueue::new();
    thread::scope(|s| {
        let handles: Vec<_> = (0..workers)
            .map(|_| {
                s.spawn(|| {
                    loop {
                        let next = list.lock().unwrap().next();
                        let Some((i, job)) = next else { break };
                        done.push((i, work(job)));
                    }
                })
            })
            .collect();
        loop {
            let finished = handles.iter().all(|h| h.is_finished());
            while let Some((i, result)) = done.pop() {
                on_result(i, result);
            }
            if finished {
                break;
            }
            thread::yield_now();
        }
    });
}
