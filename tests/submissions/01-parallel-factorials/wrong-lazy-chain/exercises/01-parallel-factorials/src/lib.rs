//! Spawns with a first map, joins with a second one. (Iterators are lazy: each thread is joined before the next starts.)

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
        numbers
            .iter()
            .map(|&n| scope.spawn(move || compute(n)))
            .map(|handle| handle.join().unwrap())
            .collect()
    })
}
