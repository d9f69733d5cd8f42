//! A pool with a thread for each number, and a job for each number.

use std::sync::OnceLock;

use num_bigint::BigUint;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let pool = rayon::ThreadPoolBuilder::new().num_threads(numbers.len().max(1)).build().unwrap();
    let places: Vec<OnceLock<BigUint>> = numbers.iter().map(|_| OnceLock::new()).collect();
    pool.scope(|scope| {
        for (&n, place) in numbers.iter().zip(&places) {
            let compute = &compute;
            scope.spawn(move |_| place.set(compute(n)).unwrap());
        }
    });
    places.into_iter().map(|place| place.into_inner().unwrap()).collect()
}
