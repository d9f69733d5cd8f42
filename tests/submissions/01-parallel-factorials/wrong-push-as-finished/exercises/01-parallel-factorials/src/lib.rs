//! Every thread pushes its result into a shared vector when it is done.

use num_bigint::BigUint;
use std::sync::{Arc, Mutex};
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
    let results = Arc::new(Mutex::new(Vec::new()));
    thread::scope(|s| {
        for &n in numbers {
            let results = Arc::clone(&results);
            let compute = &compute;
            s.spawn(move || {
                let value = compute(n);
                results.lock().unwrap().push(value);
            });
        }
    });
    Arc::try_unwrap(results).unwrap().into_inner().unwrap()
}
