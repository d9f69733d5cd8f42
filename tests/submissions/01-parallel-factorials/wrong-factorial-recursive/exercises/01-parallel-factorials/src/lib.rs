//! n! = n * (n - 1)!, as in the book of maths.

use std::thread;

use num_bigint::BigUint;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    if n == 0 { BigUint::from(1u32) } else { factorial(n - 1) * n }
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
