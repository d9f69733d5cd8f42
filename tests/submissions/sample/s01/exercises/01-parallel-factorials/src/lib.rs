//! One scoped thread per number. First I start all of them, then I join all of them.

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
            let compute = &compute;
            handles.push(s.spawn(move || compute(n)));
        }
        let mut results = Vec::new();
        for handle in handles {
            results.push(handle.join().unwrap());
        }
        results
    })
}
