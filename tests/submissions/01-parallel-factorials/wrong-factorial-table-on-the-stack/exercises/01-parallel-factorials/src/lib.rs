//! Believes that a table of all factors has room on the stack: 400 kB of it.
use num_bigint::BigUint;
use std::thread;

#[must_use]
pub fn factorial(n: u32) -> BigUint {
    let mut factors = [1u32; 100_000];
    for k in 1..=n {
        factors[k as usize] = k;
    }
    factors[..=n as usize].iter().map(|&k| BigUint::from(k)).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || compute(n))).collect();
        handles.into_iter().map(|h| h.join().unwrap()).collect()
    })
}
