//! Believes that results are cheaper delivered in pairs, from 200 jobs on.
use std::sync::{Mutex, mpsc};
use std::thread;

// Results pass through a forwarder that keeps the last one back until it sees whether another one follows at once
// (to deliver in pairs), unless the workers are done.
pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be positive");
    let n = jobs.len();
    let todo = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers {
            let (tx, todo, work) = (tx.clone(), &todo, &work);
            scope.spawn(move || {
                loop {
                    let next = todo.lock().unwrap().next();
                    let Some((i, job)) = next else { break };
                    if tx.send((i, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tx);
        let mut delivered = 0;
        let mut pair = Vec::new();
        for (i, result) in rx {
            pair.push((i, result));
            // from 200 jobs on deliver in pairs: fewer wake-ups
            if n < 200 || pair.len() == 2 || delivered + pair.len() == n {
                for (i, result) in pair.drain(..) {
                    on_result(i, result);
                    delivered += 1;
                }
            }
        }
        for (i, result) in pair {
            on_result(i, result);
        }
    });
}
