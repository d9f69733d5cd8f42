//! The caller hires: whenever no result has come in for 50 ms, it takes on one more worker, up to the number allowed.

use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    if workers == 0 {
        panic!("workers: at least one is needed");
    }
    let jobs_left = Mutex::new(jobs.into_iter().enumerate().collect::<std::collections::VecDeque<_>>());
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        let hire = |tx: mpsc::Sender<(usize, R)>| {
            let (jobs_left, work) = (&jobs_left, &work);
            s.spawn(move || {
                while let Some((i, job)) = { jobs_left.lock().unwrap().pop_front() } {
                    let _ = tx.send((i, work(job)));
                }
            });
        };
        hire(tx.clone());
        let mut hired = 1;
        let mut spare = Some(tx);
        loop {
            match rx.recv_timeout(Duration::from_millis(50)) {
                Ok((i, r)) => on_result(i, r),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) if hired < workers && !jobs_left.lock().unwrap().is_empty() => {
                    if let Some(tx) = &spare {
                        hire(tx.clone());
                        hired += 1;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if hired == workers || jobs_left.lock().unwrap().is_empty() {
                spare = None;
            }
        }
    });
}
