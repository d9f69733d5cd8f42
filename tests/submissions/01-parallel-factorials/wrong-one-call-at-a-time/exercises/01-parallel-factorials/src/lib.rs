//! Believes that two calls at the same time would mix their output: a static lock lets one in at a time.
use num_bigint::BigUint;
use std::sync::{Mutex, PoisonError};
use std::thread;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    let mut product = BigUint::from(1u32);
    for k in 2..=n {
        product *= k;
    }
    product
}

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let compute = &compute;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        handles.into_iter().map(|h| h.join().unwrap()).collect()
    })
}
