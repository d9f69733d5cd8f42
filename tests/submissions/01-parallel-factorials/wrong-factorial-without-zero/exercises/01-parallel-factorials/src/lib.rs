//! The recursion ends at 1: what of 0?

use num_bigint::BigUint;
use std::thread;
pub fn factorial(n: u32) -> BigUint {
    if n == 1 { BigUint::from(1u32) } else { factorial(n - 1) * n }
}
pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    thread::scope(|s| {
        let hs: Vec<_> = numbers
            .iter()
            .map(|&n| {
                let c = &compute;
                s.spawn(move || c(n))
            })
            .collect();
        hs.into_iter().map(|h| h.join().unwrap()).collect()
    })
}
