//! move as the compiler said. (compute is moved into the first thread and is gone for the second.)

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
        let mut handles = Vec::new();
        for &n in numbers {
            handles.push(s.spawn(move || compute(n)));
        }
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
