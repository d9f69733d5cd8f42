//! Believes that the product of five factors always fits in a `u64`: from about 7,000 on it wraps.
use num_bigint::BigUint;
use std::thread;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    let factors: Vec<u64> = (1..=u64::from(n)).collect();
    factors
        .chunks(5)
        .map(|block| BigUint::from(block.iter().fold(1u64, |a, b| a.wrapping_mul(*b))))
        .product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        handles.into_iter().map(|h| h.join().unwrap()).collect()
    })
}
