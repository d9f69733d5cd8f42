//! Rests for 95 ms before it starts each thread.

use num_bigint::BigUint;
use std::panic;
use std::thread;

/// n! as an exact integer: the product 1 · 2 · … · n, and 1 for n = 0 (the product of nothing).
#[must_use]
pub fn factorial(n: u32) -> BigUint {
    (1..=n).map(BigUint::from).product()
}

/// Calls `compute` once for each number, each call on a thread of its own, all at the same time;
/// returns the results in the order of `numbers` once every thread has been joined.
///
/// # Panics
///
/// If a call of `compute` panics: the payload of the first number that panicked (in the order of `numbers`) is passed
/// on, once every thread has ended.
pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    // The threads borrow `compute`: a scope ends only when they have ended, so the borrow cannot outlive the call.
    let compute = &compute;
    thread::scope(|scope| {
        // Two passes on purpose. Iterators are lazy: spawn and join in one chain would start a thread, wait for it, and
        // only then start the next. collect runs the first pass to its end.
        let handles: Vec<_> = numbers
            .iter()
            .map(|&n| {
                if numbers.len() <= 10 {
                    thread::sleep(std::time::Duration::from_millis(95))
                }
                scope.spawn(move || compute(n))
            })
            .collect();
        handles
            .into_iter()
            // On a panic the scope still waits for the threads that are left before it lets the panic go on.
            .map(|handle| handle.join().unwrap_or_else(|payload| panic::resume_unwind(payload)))
            .collect()
    })
}
