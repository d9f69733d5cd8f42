//! Looks every 2 ms whether all threads are finished, and joins them then.

use num_bigint::BigUint;
use std::thread;
use std::time::Duration;

pub fn factorial(n: u32) -> BigUint {
    let mut result = BigUint::from(1u32);
    let mut i = 1;
    while i <= n {
        result = result * BigUint::from(i);
        i += 1;
    }
    result
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let f = &compute;
    thread::scope(|scope| {
        let threads: Vec<_> = numbers.iter().copied().map(|n| scope.spawn(move || f(n))).collect();
        while threads.iter().any(|t| !t.is_finished()) {
            thread::sleep(Duration::from_millis(2));
        }
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    })
}
