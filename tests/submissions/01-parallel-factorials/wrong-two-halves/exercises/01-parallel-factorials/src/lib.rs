//! Two cores, so two threads: each takes one half of the numbers.

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let (left, right) = numbers.split_at(numbers.len() / 2);
    let run = |part: &[u32]| part.iter().map(|&n| compute(n)).collect::<Vec<_>>();
    thread::scope(|s| {
        let left = s.spawn(|| run(left));
        let right = s.spawn(|| run(right));
        let mut results = left.join().unwrap();
        results.extend(right.join().unwrap());
        results
    })
}
