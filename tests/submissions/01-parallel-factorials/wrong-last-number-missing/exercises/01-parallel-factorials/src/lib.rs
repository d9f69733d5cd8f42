//! Starts a thread for every index from 0 up to len - 1. (The range leaves its end out, so the last one is missing.)

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    if numbers.is_empty() {
        return Vec::new();
    }
    thread::scope(|s| {
        let mut handles = Vec::new();
        for i in 0..numbers.len() - 1 {
            let compute = &compute;
            handles.push(s.spawn(move || compute(numbers[i])));
        }
        handles.into_iter().map(|h| h.join().unwrap()).collect()
    })
}
