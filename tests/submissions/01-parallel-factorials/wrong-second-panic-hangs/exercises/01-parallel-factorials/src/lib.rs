//! Every thread sends its place and its value, or that it failed. The caller waits for a word from each of them.

use num_bigint::BigUint;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).fold(BigUint::from(1u32), |product, factor| product * factor)
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let (sender, receiver) = mpsc::channel();
    let failed = AtomicBool::new(false);
    let mut values: Vec<BigUint> = vec![BigUint::default(); numbers.len()];
    let mut panic = None;
    thread::scope(|scope| {
        for (place, &n) in numbers.iter().enumerate() {
            let (sender, failed, compute) = (sender.clone(), &failed, &compute);
            scope.spawn(move || {
                let value = catch_unwind(AssertUnwindSafe(|| compute(n)));
                // The first failure is the one that is told.
                if value.is_err() && failed.swap(true, Ordering::SeqCst) {
                    return;
                }
                sender.send((place, value)).unwrap();
            });
        }
        for _ in numbers {
            match receiver.recv().unwrap() {
                (place, Ok(value)) => values[place] = value,
                (_, Err(error)) => panic = Some(error),
            }
        }
    });
    if let Some(panic) = panic {
        resume_unwind(panic);
    }
    values
}
