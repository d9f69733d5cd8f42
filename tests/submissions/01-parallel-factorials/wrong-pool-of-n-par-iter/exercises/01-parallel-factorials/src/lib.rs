//! A pool with a thread for each number: then each of them has its own, or so I think.

use num_bigint::BigUint;
use rayon::prelude::*;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let pool = rayon::ThreadPoolBuilder::new().num_threads(numbers.len().max(1)).build().unwrap();
    pool.install(|| numbers.par_iter().with_max_len(1).map(|&n| compute(n)).collect())
}
