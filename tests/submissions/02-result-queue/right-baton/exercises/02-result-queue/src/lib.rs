//! A relay: a thread does one job, sends the result, and starts the thread that does the next one.

use std::sync::Mutex;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, Scope};
use std::vec::IntoIter;

struct Race<J, W> {
    waiting: Mutex<std::iter::Enumerate<IntoIter<J>>>,
    work: W,
}

impl<J, W> Race<J, W> {
    fn run<'scope, R>(&'scope self, scope: &'scope Scope<'scope, '_>, baton: Sender<(usize, R)>)
    where
        J: Send + 'scope,
        R: Send + 'scope,
        W: Fn(J) -> R + Send + Sync,
    {
        let next = self.waiting.lock().unwrap().next();
        if let Some((lap, job)) = next {
            scope.spawn(move || {
                let result = (self.work)(job);
                if baton.send((lap, result)).is_ok() {
                    self.run(scope, baton);
                }
            });
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
    assert!(workers > 0, "a race without workers");
    let lanes = workers.min(jobs.len());
    let race = Race { waiting: Mutex::new(jobs.into_iter().enumerate()), work };
    thread::scope(|scope| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..lanes {
            race.run(scope, tx.clone());
        }
        drop(tx);
        rx.into_iter().for_each(|(lap, result)| on_result(lap, result));
    });
}
