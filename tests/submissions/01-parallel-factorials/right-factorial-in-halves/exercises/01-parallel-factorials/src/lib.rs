//! The product of a range is the product of its halves: a recursion, and a shallow one.

use std::thread;

use num_bigint::BigUint;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    product(1, n)
}

/// `from * … * to`.
fn product(from: u32, to: u32) -> BigUint {
    match to.checked_sub(from) {
        None => BigUint::from(1u32),
        Some(0) => BigUint::from(from),
        Some(length) => product(from, from + length / 2) * product(from + length / 2 + 1, to),
    }
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
