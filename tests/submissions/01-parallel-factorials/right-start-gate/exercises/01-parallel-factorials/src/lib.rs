//! All threads line up at a barrier first, so that nobody computes before everybody is there.

use num_bigint::BigUint;
use std::sync::Barrier;
use std::thread;

pub fn factorial(mut n: u32) -> BigUint {
    let mut product = BigUint::from(1u32);
    while n > 1 {
        product = product * n;
        n -= 1;
    }
    product
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let gate = Barrier::new(numbers.len());
    let run = |n: u32| {
        gate.wait(); // nothing can panic before this line, so the gate always opens
        compute(n)
    };
    let run = &run;
    thread::scope(|scope| {
        let handles: Vec<_> = numbers.iter().map(|&n| scope.spawn(move || run(n))).collect();
        handles.into_iter().map(|h| h.join().expect("one of the calls panicked")).collect()
    })
}
