//! Waits a little until the threads are done, then reads what they have written.

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
    let results = Mutex::new(vec![BigUint::ZERO; numbers.len()]);
    thread::scope(|s| {
        for (i, &n) in numbers.iter().enumerate() {
            let (results, compute) = (&results, &compute);
            s.spawn(move || {
                let value = compute(n);
                results.lock().unwrap()[i] = value;
            });
        }
        thread::sleep(Duration::from_millis(50));
        let results = results.lock().unwrap();
        results.clone()
    })
}
