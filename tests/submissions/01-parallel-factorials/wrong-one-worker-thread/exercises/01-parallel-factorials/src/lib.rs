//! Moves the whole loop to a thread, so that it runs in the background.

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
    thread::scope(|s| {
        s.spawn(|| {
            let mut results = Vec::new();
            for n in numbers {
                results.push(compute(*n));
            }
            results
        })
        .join()
        .unwrap()
    })
}
