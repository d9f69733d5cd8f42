//! A factorial of 40 MiB.

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product::<BigUint>() << (40_u64 << 23)
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    thread::scope(|scope| {
        let compute = &compute;
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
