//! Threads send their results through a channel, main collects them.

use num_bigint::BigUint;
use std::sync::mpsc::channel;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    std::thread::scope(|s| {
        let (tx, rx) = channel();
        for &n in numbers {
            let tx = tx.clone();
            let compute = &compute;
            s.spawn(move || tx.send(compute(n)).unwrap());
        }
        drop(tx);
        rx.iter().collect()
    })
}
