//! The main thread would only wait, so it works on the last number itself.

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
    let Some((&last, others)) = numbers.split_last() else {
        return Vec::new();
    };
    thread::scope(|scope| {
        let compute = &compute;
        let handles: Vec<_> = others.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        let mine = compute(last);
        let mut results: Vec<BigUint> = handles.into_iter().map(|h| h.join().unwrap()).collect();
        results.push(mine);
        results
    })
}
