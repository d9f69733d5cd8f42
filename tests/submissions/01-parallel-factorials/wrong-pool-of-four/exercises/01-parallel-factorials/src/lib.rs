//! A rayon pool with four threads is enough for such a small job.

use num_bigint::BigUint;
use rayon::prelude::*;

pub fn factorial(n: u32) -> BigUint {
    let mut result = BigUint::from(1u32);
    for i in 2..=n {
        result *= i;
    }
    result
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
    pool.install(|| numbers.par_iter().with_max_len(1).map(|&n| compute(n)).collect())
}
