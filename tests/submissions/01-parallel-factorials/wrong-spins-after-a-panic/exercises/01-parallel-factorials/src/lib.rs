//! If a thread has panicked, the others are given the time to end before the panic goes on to the caller.

use num_bigint::BigUint;
use std::panic::resume_unwind;
use std::thread;

pub fn factorial(n: u32) -> BigUint {
    (1..=n).fold(BigUint::from(1u32), |product, factor| product * factor)
}

pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let compute = &compute;
    thread::scope(|scope| {
        let start = |&n: &u32| scope.spawn(move || compute(n));
        let mut handles: Vec<_> = numbers.iter().map(start).collect();
        let mut results = Vec::new();
        while !handles.is_empty() {
            match handles.remove(0).join() {
                Ok(result) => results.push(result),
                Err(panic) => {
                    while handles.iter().any(|handle| !handle.is_finished()) {
                        thread::yield_now();
                    }
                    resume_unwind(panic);
                }
            }
        }
        results
    })
}
