//! crossbeam's scope instead of the one in std; the factorial batches small factors into a u64 first.

use crossbeam::thread;
use num_bigint::BigUint;

pub fn factorial(n: u32) -> BigUint {
    let mut big = BigUint::from(1u64);
    let mut small: u64 = 1;
    for factor in 1..=u64::from(n) {
        match small.checked_mul(factor) {
            Some(product) => small = product,
            None => {
                big *= small;
                small = factor;
            }
        }
    }
    big * small
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    thread::scope(|s| {
        let running: Vec<_> = numbers
            .iter()
            .map(|&n| {
                let compute = &compute;
                s.spawn(move |_| compute(n))
            })
            .collect();
        running.into_iter().map(|t| t.join().expect("compute panicked")).collect()
    })
    .expect("a thread panicked")
}
