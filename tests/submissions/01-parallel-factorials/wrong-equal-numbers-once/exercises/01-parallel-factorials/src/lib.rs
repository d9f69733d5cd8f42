//! Equal numbers have equal factorials: computes each different number only once.

use num_bigint::BigUint;
use std::collections::{BTreeMap, BTreeSet};
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
    let different: BTreeSet<u32> = numbers.iter().copied().collect();
    let compute = &compute;
    let table: BTreeMap<u32, BigUint> = thread::scope(|scope| {
        let handles: Vec<_> = different.iter().map(|&n| (n, scope.spawn(move || compute(n)))).collect();
        handles.into_iter().map(|(n, h)| (n, h.join().unwrap())).collect()
    });
    numbers.iter().map(|n| table[n].clone()).collect()
}
