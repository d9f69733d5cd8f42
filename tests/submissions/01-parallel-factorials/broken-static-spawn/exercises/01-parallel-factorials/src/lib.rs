//! thread::spawn for every number, as in the book. (The threads borrow compute, which does not live long enough.)

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let mut handles = Vec::new();
    for &n in numbers {
        handles.push(thread::spawn(|| compute(n)));
    }
    handles.into_iter().map(|handle| handle.join().unwrap()).collect()
}
