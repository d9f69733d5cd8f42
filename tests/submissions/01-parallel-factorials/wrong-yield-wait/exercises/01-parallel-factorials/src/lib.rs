//! Gives the CPU away with yield_now while the threads are still counting down.

use num_bigint::BigUint;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

struct CountDown<'a>(&'a AtomicUsize);

impl Drop for CountDown<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

pub fn factorial(n: u32) -> BigUint {
    let mut result = BigUint::from(1u32);
    for i in 2..=n {
        result *= i;
    }
    result
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let left = AtomicUsize::new(numbers.len());
    thread::scope(|s| {
        let mut handles = Vec::new();
        for &n in numbers {
            let (left, compute) = (&left, &compute);
            handles.push(s.spawn(move || {
                let _count = CountDown(left);
                compute(n)
            }));
        }
        while left.load(Ordering::SeqCst) != 0 {
            thread::yield_now();
        }
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}
