//! Waits on the condition variable, then takes the result that it announced.
//! (News that comes while on_result is busy wakes nobody; the loop then waits although results are there.)

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

struct Desk<R> {
    results: VecDeque<(usize, R)>,
    at_work: usize,
}

struct GoHome<'a, R>(&'a Mutex<Desk<R>>, &'a Condvar);

impl<R> Drop for GoHome<'_, R> {
    fn drop(&mut self) {
        self.0.lock().unwrap().at_work -= 1;
        self.1.notify_one();
    }
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let mut left = jobs.len();
    let threads = workers.min(left);
    let list = Mutex::new(jobs.into_iter().enumerate());
    let desk = Mutex::new(Desk { results: VecDeque::new(), at_work: threads });
    let bell = Condvar::new();
    thread::scope(|s| {
        // held until the first wait, so that no bell is missed before it
        let mut guard = desk.lock().unwrap();
        for _ in 0..threads {
            s.spawn(|| {
                let _go_home = GoHome(&desk, &bell);
                loop {
                    let next = list.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    let result = work(job);
                    desk.lock().unwrap().results.push_back((i, result));
                    bell.notify_one();
                }
            });
        }
        while left > 0 {
            guard = bell.wait(guard).unwrap();
            if let Some((i, result)) = guard.results.pop_front() {
                drop(guard);
                on_result(i, result);
                left -= 1;
                guard = desk.lock().unwrap();
            } else if guard.at_work == 0 {
                break;
            }
        }
    });
}
