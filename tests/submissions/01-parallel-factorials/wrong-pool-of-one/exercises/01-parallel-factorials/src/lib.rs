//! A rayon pool. num_threads(1) because every task needs one thread.

use num_bigint::BigUint;
use rayon::prelude::*;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| numbers.par_iter().map(|&n| compute(n)).collect())
}
