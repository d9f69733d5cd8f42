//! A chain: every thread first starts the next one, then does its own call. The results come back along the chain.

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    let n = u64::from(n);
    let mut result = BigUint::from(1u32);
    let mut k = 1;
    // two factors at a time: (k)(k+1) fits a u64
    while k < n {
        result *= k * (k + 1);
        k += 2;
    }
    if k == n { result * n } else { result }
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let mut results = link(numbers, &compute);
    results.reverse();
    results
}

/// The results of `numbers`, last one first.
fn link<F>(numbers: &[u32], compute: &F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let Some((&first, rest)) = numbers.split_first() else {
        return Vec::new();
    };
    thread::scope(|scope| {
        let link = scope.spawn(|| {
            thread::scope(|inner| {
                let others = inner.spawn(|| link(rest, compute));
                let mine = compute(first);
                let mut results = others.join().expect("a later link broke");
                results.push(mine);
                results
            })
        });
        link.join().expect("this link broke")
    })
}
