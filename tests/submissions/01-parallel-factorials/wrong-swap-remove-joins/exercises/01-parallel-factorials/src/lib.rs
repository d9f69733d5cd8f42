//! Takes the handles out of the vector one by one. swap_remove because it is the fast one.

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let mut handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        let mut results = Vec::new();
        while !handles.is_empty() {
            results.push(handles.swap_remove(0).join().unwrap());
        }
        results
    })
}
