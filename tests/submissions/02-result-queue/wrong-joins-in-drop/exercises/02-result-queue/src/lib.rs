//! The workers are joined when their owner goes, so that nothing is left running, whatever happens.

use std::sync::{Mutex, mpsc};
use std::thread::{self, ScopedJoinHandle};

struct Workers<'scope>(Vec<ScopedJoinHandle<'scope, ()>>);

impl Drop for Workers<'_> {
    fn drop(&mut self) {
        for handle in self.0.drain(..) {
            handle.join().unwrap(); // in the panic of `on_result`, that of a job is the second one
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
    assert!(workers > 0, "workers must be at least 1");
    let waiting = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|scope| {
        let (sender, results) = mpsc::channel();
        let mut team = Workers(Vec::new());
        for _ in 0..workers {
            let (waiting, work, sender) = (&waiting, &work, sender.clone());
            team.0.push(scope.spawn(move || {
                loop {
                    let next = waiting.lock().unwrap().next();
                    let Some((index, job)) = next else { break };
                    if sender.send((index, work(job))).is_err() {
                        break;
                    }
                }
            }));
        }
        drop(sender);
        for (index, result) in results {
            on_result(index, result);
        }
    });
}
