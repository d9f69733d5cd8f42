//! Results lie in a Vec, main pops them. (While on_result is busy they pile up, and the newest comes out first.)

use std::sync::{Condvar, Mutex};
use std::thread;

struct Results<R> {
    ready: Vec<(usize, R)>,
    workers: usize,
}

struct Leave<'a, R>(&'a Mutex<Results<R>>, &'a Condvar);

impl<R> Drop for Leave<'_, R> {
    fn drop(&mut self) {
        self.0.lock().unwrap().workers -= 1;
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
    let list = Mutex::new(jobs.into_iter().enumerate());
    let results = Mutex::new(Results { ready: Vec::new(), workers });
    let news = Condvar::new();
    thread::scope(|s| {
        for _ in 0..workers {
            s.spawn(|| {
                let _leave = Leave(&results, &news);
                loop {
                    let next = list.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    let result = work(job);
                    results.lock().unwrap().ready.push((i, result));
                    news.notify_one();
                }
            });
        }
        loop {
            let mut guard = results.lock().unwrap();
            while guard.ready.is_empty() && guard.workers > 0 {
                guard = news.wait(guard).unwrap();
            }
            let Some((i, result)) = guard.ready.pop() else { break };
            drop(guard);
            on_result(i, result);
        }
    });
}
