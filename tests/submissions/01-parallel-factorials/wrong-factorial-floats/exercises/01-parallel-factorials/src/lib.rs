//! f64 goes up to 1e308, so I multiply floats and convert.

use num_bigint::{BigUint, ToBigUint};
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    let product: f64 = (1..=n).map(f64::from).product();
    product.to_biguint().unwrap_or_default()
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
