//! Too many threads at once are bad, so never more than 16: a wave, join, the next wave. Five numbers are all parallel.

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
    let compute = &compute;
    let mut results = Vec::with_capacity(numbers.len());
    for wave in numbers.chunks(16) {
        thread::scope(|scope| {
            let handles: Vec<_> = wave.iter().map(|&n| scope.spawn(move || compute(n))).collect();
            results.extend(handles.into_iter().map(|h| h.join().unwrap()));
        });
    }
    results
}
