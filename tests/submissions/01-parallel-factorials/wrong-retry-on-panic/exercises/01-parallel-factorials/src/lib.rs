//! A call that panics is tried a second time before giving up.

use num_bigint::BigUint;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let attempt = |n: u32| match catch_unwind(AssertUnwindSafe(|| compute(n))) {
        Ok(value) => value,
        Err(_) => compute(n),
    };
    let attempt = &attempt;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || attempt(n))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
