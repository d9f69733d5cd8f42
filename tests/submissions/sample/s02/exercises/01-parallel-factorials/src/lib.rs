//! A thread for each number: start it, join it, next one.

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    let mut result = BigUint::from(1u32);
    for i in 2..=n {
        result *= i;
    }
    result
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let mut results = Vec::new();
    for &n in numbers {
        let value = thread::scope(|s| {
            let handle = s.spawn(|| compute(n));
            handle.join().unwrap()
        });
        results.push(value);
    }
    results
}
