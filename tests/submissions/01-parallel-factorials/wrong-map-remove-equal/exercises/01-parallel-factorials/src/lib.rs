//! A map from the number to its factorial; at the end I take them out again. (Equal numbers share one entry.)

use num_bigint::BigUint;
use std::collections::HashMap;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    let mut table: HashMap<u32, BigUint> = thread::scope(|scope| {
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || (n, compute(n)))).collect();
        handles.into_iter().map(|h| h.join().unwrap()).collect()
    });
    numbers.iter().map(|n| table.remove(n).unwrap()).collect()
}
