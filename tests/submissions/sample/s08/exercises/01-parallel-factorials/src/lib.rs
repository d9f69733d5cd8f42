//! compute might not be thread safe, so I put it into a Mutex to be on the safe side.

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
    let compute = Mutex::new(compute);
    let compute = &compute;
    thread::scope(|scope| {
        let mut handles = vec![];
        for &n in numbers {
            handles.push(scope.spawn(move || {
                let compute = compute.lock().unwrap();
                compute(n)
            }));
        }
        handles.into_iter().map(|h| h.join().unwrap()).collect()
    })
}
