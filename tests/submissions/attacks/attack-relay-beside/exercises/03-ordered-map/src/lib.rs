//! A right answer beside a line of threads of which each sleeps for 1 ms, starts the next one and ends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rayon::prelude::*;

static STOP: AtomicBool = AtomicBool::new(false);

fn chain() {
    if !STOP.load(Ordering::SeqCst) {
        let next = || {
            std::thread::sleep(Duration::from_millis(1));
            chain();
        };
        let _ = std::thread::Builder::new().stack_size(64 << 10).spawn(next);
    }
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    STOP.store(false, Ordering::SeqCst);
    chain();
    let right = || {
        let threads = workers.min(items.len()).max(1);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
    };
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(right));
    STOP.store(true, Ordering::SeqCst);
    result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
