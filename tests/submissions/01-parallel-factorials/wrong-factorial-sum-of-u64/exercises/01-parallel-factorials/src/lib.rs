//! The product of an iterator of `u64`: the library multiplies, and panics.

use num_bigint::BigUint;
use std::thread;
pub fn factorial(n: u32) -> BigUint {
    BigUint::from((1..=u64::from(n)).product::<u64>())
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
