//! A short pause of 30 ms between two starts, to give each thread the time to get going.

use num_bigint::BigUint;
use std::thread;
use std::time::Duration;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).fold(BigUint::from(1u32), |product, k| product * k)
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let mut handles = Vec::new();
        for &n in numbers {
            handles.push(scope.spawn(move || compute(n)));
            thread::sleep(Duration::from_millis(30));
        }
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
