//! Recursive, but with the product in an argument: that makes a loop of it, or so I think.

use std::thread;

use num_bigint::BigUint;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    go(n, BigUint::from(1u32))
}

fn go(n: u32, product: BigUint) -> BigUint {
    if n == 0 { product } else { go(n - 1, product * n) }
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
