//! Making a pool is expensive, so it is kept in a static for the next call. (With the number of workers of the first one.)

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::{OnceLock, mpsc};

static POOL: OnceLock<ThreadPool> = OnceLock::new();

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let pool = POOL.get_or_init(|| ThreadPoolBuilder::new().num_threads(workers).build().unwrap());
    let work = &work;
    pool.in_place_scope(|s| {
        let (tx, rx) = mpsc::channel();
        for (i, job) in jobs.into_iter().enumerate() {
            let tx = tx.clone();
            s.spawn(move |_| {
                let _ = tx.send((i, work(job)));
            });
        }
        drop(tx);
        for (i, result) in rx {
            on_result(i, result);
        }
    });
}
