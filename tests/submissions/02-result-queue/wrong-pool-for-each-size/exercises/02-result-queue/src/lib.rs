//! Making threads is dear, so a pool is kept for each number of workers, and used again by the next call that wants it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, mpsc};

use rayon::{ThreadPool, ThreadPoolBuilder};

static POOLS: LazyLock<Mutex<HashMap<usize, Arc<ThreadPool>>>> = LazyLock::new(Mutex::default);

fn pool(workers: usize) -> Arc<ThreadPool> {
    let mut pools = POOLS.lock().unwrap();
    let make = || Arc::new(ThreadPoolBuilder::new().num_threads(workers).build().unwrap());
    Arc::clone(pools.entry(workers).or_insert_with(make))
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let pool = pool(workers);
    let (tx, rx) = mpsc::channel();
    pool.in_place_scope_fifo(|scope| {
        for (index, job) in jobs.into_iter().enumerate() {
            let (tx, work) = (tx.clone(), &work);
            scope.spawn_fifo(move |_| {
                let _ = tx.send((index, work(job)));
            });
        }
        drop(tx);
        for (index, result) in rx {
            on_result(index, result);
        }
    });
}
