//! Waits with a timeout of 10 ms and looks again, as long as a worker is alive.

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
    assert!(workers > 0, "workers must be >= 1");
    let n = jobs.len();
    let list = Mutex::new(jobs.into_iter().enumerate());
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for _ in 0..workers.min(n) {
            let tx = tx.clone();
            let list = &list;
            let work = &work;
            s.spawn(move || {
                loop {
                    let job = { list.lock().unwrap().next() };
                    match job {
                        None => return,
                        Some((i, job)) => {
                            let r = work(job);
                            let _ = tx.send((i, r));
                        }
                    }
                }
            });
        }
        drop(tx);
        loop {
            match rx.recv_timeout(Duration::from_millis(10)) {
                Ok((i, r)) => on_result(i, r),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    });
}
