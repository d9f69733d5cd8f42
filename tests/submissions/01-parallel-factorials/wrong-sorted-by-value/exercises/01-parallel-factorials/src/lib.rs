//! The results arrive in any order, so I sort them at the end. A bigger number has a bigger factorial.

use crossbeam::channel;
use num_bigint::BigUint;
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
    let (sender, receiver) = channel::unbounded();
    thread::scope(|s| {
        for &n in numbers {
            let sender = sender.clone();
            let compute = &compute;
            s.spawn(move || sender.send(compute(n)).unwrap());
        }
    });
    drop(sender);
    let mut results: Vec<BigUint> = receiver.into_iter().collect();
    results.sort();
    results
}
