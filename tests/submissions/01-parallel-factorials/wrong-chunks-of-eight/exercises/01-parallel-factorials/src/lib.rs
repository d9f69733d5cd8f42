//! A thread per chunk of 8 numbers, which keeps the number of threads low. (Five numbers are one chunk.)

use num_bigint::BigUint;
use std::thread;

const CHUNK: usize = 8;

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
    let compute = &compute;
    thread::scope(|s| {
        let mut handles = Vec::new();
        for chunk in numbers.chunks(CHUNK) {
            handles.push(s.spawn(move || chunk.iter().map(|&n| compute(n)).collect::<Vec<_>>()));
        }
        handles.into_iter().flat_map(|h| h.join().unwrap()).collect()
    })
}
