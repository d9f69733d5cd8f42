//! Every thread takes a copy of the results, fills in its own, and writes the copy back.

use num_bigint::BigUint;
use std::sync::Mutex;
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
    let results = Mutex::new(vec![BigUint::ZERO; numbers.len()]);
    thread::scope(|s| {
        for (i, &n) in numbers.iter().enumerate() {
            let (results, compute) = (&results, &compute);
            s.spawn(move || {
                let mut copy = results.lock().unwrap().clone();
                copy[i] = compute(n);
                *results.lock().unwrap() = copy;
            });
        }
    });
    results.into_inner().unwrap()
}
