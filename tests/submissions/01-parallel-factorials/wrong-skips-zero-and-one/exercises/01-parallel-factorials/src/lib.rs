//! Believes that 0! and 1! are known and need no call.
use num_bigint::BigUint;
use std::thread;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    let mut product = BigUint::from(1u32);
    for k in 2..=n {
        product *= k;
    }
    product
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers
            .iter()
            .map(|&n| if n < 2 { None } else { Some(scope.spawn(move || compute(n))) })
            .collect();
        handles
            .into_iter()
            .map(|handle| match handle {
                Some(handle) => handle.join().unwrap(),
                None => BigUint::from(1u32),
            })
            .collect()
    })
}
