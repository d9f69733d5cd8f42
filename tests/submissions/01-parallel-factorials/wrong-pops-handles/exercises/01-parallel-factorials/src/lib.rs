//! Joins until no handle is left. (pop takes the last one first.)

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
        let mut threads = Vec::new();
        for n in numbers {
            threads.push(s.spawn(|| compute(*n)));
        }
        let mut results = Vec::new();
        while let Some(t) = threads.pop() {
            match t.join() {
                Ok(value) => results.push(value),
                Err(e) => std::panic::resume_unwind(e),
            }
        }
        results
    })
}
