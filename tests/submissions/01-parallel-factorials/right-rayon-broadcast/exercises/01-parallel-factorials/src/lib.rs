//! A pool with exactly as many threads as numbers; `broadcast` runs the closure once on each of its threads.

use num_bigint::BigUint;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).into_par_iter().map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    // 0 threads would mean "as many as there are cores"
    if numbers.is_empty() {
        return Vec::new();
    }
    let pool = ThreadPoolBuilder::new()
        .num_threads(numbers.len())
        .thread_name(|i| format!("factorial-{i}"))
        .build()
        .expect("cannot start the threads");
    pool.broadcast(|context| compute(numbers[context.index()]))
}
