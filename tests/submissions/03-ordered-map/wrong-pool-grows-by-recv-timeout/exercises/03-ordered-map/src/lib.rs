//! The dispatcher waits for a worker to report that it is free; if none does within 20 ms, it starts another one.

use crossbeam::channel::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers >= 1, "workers must be at least 1");
    let (job_tx, job_rx) = channel::unbounded::<usize>();
    let (out_tx, out_rx) = channel::unbounded();
    for i in 0..items.len() {
        job_tx.send(i).unwrap();
    }
    drop(job_tx);
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    thread::scope(|s| {
        let mut alive = 0;
        let mut out_tx = Some(out_tx);
        loop {
            if alive < workers && !job_rx.is_empty() {
                let (jobs, out, f) = (job_rx.clone(), out_tx.clone().unwrap(), &f);
                s.spawn(move || {
                    for i in jobs {
                        out.send((i, f(&items[i]))).unwrap();
                    }
                });
                alive += 1;
            } else {
                out_tx = None;
            }
            match out_rx.recv_timeout(Duration::from_millis(20)) {
                Ok((i, r)) => {
                    results[i] = Some(r);
                    while let Ok((i, r)) = out_rx.try_recv() {
                        results[i] = Some(r);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if out_tx.is_none() {
                for (i, r) in out_rx.iter() {
                    results[i] = Some(r);
                }
                break;
            }
        }
    });
    results.into_iter().map(|r| r.expect("a worker died")).collect()
}
