//! u128 with saturating_mul, so that it cannot overflow.

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).fold(1u128, |acc, i| acc.saturating_mul(u128::from(i))).into()
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
