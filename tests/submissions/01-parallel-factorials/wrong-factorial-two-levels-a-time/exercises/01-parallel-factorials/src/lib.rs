//! Two factors at each level, so that the recursion is half as deep.

use std::thread;

use num_bigint::BigUint;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    match n {
        0 | 1 => BigUint::from(1u32),
        _ => factorial(n - 2) * (u64::from(n) * u64::from(n - 1)),
    }
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
