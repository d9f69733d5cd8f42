//! Believes that the payload of a panic is a `String`: one with another reads 0.
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
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        handles
            .into_iter()
            .map(|handle| match handle.join() {
                Ok(value) => value,
                Err(payload) => {
                    if let Some(text) = payload.downcast_ref::<String>() {
                        panic!("a thread failed: {text}");
                    }
                    BigUint::default()
                }
            })
            .collect()
    })
}
