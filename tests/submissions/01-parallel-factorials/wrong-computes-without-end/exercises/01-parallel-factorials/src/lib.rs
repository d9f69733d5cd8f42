//! Keeps computing until two results in a row differ, to be sure that a result is stable.

use num_bigint::BigUint;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).fold(BigUint::from(1u32), |product, k| product * k)
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers
            .iter()
            .map(|&n| {
                scope.spawn(move || {
                    let mut result = compute(n);
                    loop {
                        let again = compute(n);
                        if again != result {
                            return again;
                        }
                        result = again;
                    }
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
