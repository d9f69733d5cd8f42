//! Collects from the channel until it is closed. (The original sender is still alive, so it never closes.)

use num_bigint::BigUint;
use std::sync::mpsc;
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
    let mut results = vec![BigUint::ZERO; numbers.len()];
    let (tx, rx) = mpsc::channel();
    thread::scope(|s| {
        for (i, &n) in numbers.iter().enumerate() {
            let tx = tx.clone();
            let compute = &compute;
            s.spawn(move || tx.send((i, compute(n))).unwrap());
        }
        for (i, value) in rx {
            results[i] = value;
        }
    });
    results
}
