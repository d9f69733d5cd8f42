//! A first thread warms up compute with the first number. I throw its result away, so it does no harm.

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let warm_up = numbers.first().map(|&n| scope.spawn(move || compute(n)));
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        if let Some(thread) = warm_up {
            thread.join().unwrap();
        }
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
