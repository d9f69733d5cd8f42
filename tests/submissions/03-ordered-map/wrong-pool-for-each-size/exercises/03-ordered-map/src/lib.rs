//! Making threads is dear, so a pool is kept for each number of workers, and used again by the next call that wants it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

static POOLS: LazyLock<Mutex<HashMap<usize, Arc<ThreadPool>>>> = LazyLock::new(Mutex::default);

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers must be at least 1");
    let pool = Arc::clone(
        POOLS
            .lock()
            .unwrap()
            .entry(workers)
            .or_insert_with(|| Arc::new(ThreadPoolBuilder::new().num_threads(workers).build().unwrap())),
    );
    let next = Mutex::new(items.iter().enumerate());
    let found = Mutex::new(Vec::new());
    pool.broadcast(|_| {
        loop {
            let taken = next.lock().unwrap().next();
            let Some((index, item)) = taken else { break };
            let result = f(item);
            found.lock().unwrap().push((index, result));
        }
    });
    let mut found = found.into_inner().unwrap();
    found.par_sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, result)| result).collect()
}
