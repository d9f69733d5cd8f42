//! Receives with a timeout so that it can never hang. Whatever has not come after half a second stays 0.

use num_bigint::BigUint;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

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
    thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for (i, &n) in numbers.iter().enumerate() {
            let tx = tx.clone();
            let compute = &compute;
            s.spawn(move || {
                let value = compute(n);
                tx.send((i, value)).ok();
            });
        }
        drop(tx);
        while let Ok((i, value)) = rx.recv_timeout(Duration::from_millis(500)) {
            results[i] = value;
        }
    });
    results
}
