//! Exercise 01: factorials in parallel (Python: one `Process` for each number, `start()` them all, `join()` them all).
//!
//! Fill in the bodies of [`factorial`] and [`parallel_factorials`]. The lesson, with hints, is in `README.md` beside this
//! package's `Cargo.toml`; check your answer with `cargo test -p exercise-01`.

use num_bigint::BigUint;

/// n! as an exact integer: the product 1 · 2 · … · n, and 1 for n = 0.
///
/// What a caller may rely on:
///
/// - Every digit is right, for every `n` up to 10,000: 5000! has 16,326 decimal digits, 10,000! has 35,660.
/// - It needs no more than 256 KiB of stack for that, an eighth of what a thread has by default: a recursion that goes one
///   level deeper for each number takes more.
#[must_use]
pub fn factorial(n: u32) -> BigUint {
    let _ = n;
    todo!()
}

/// Calls `compute` once for each number, each call on a thread of its own, all at the same time;
/// returns the results in the order of `numbers` once every thread has been joined.
///
/// `compute` is handed in, so that the same code can run any calculation: call it, whatever it does. To get real
/// factorials, a caller passes [`factorial`].
///
/// What a caller may rely on:
///
/// - The output is as long as the input, and result i belongs to `numbers[i]`, whatever call finishes first.
/// - `compute` is called exactly once for each number; equal numbers are still separate numbers.
/// - Each call runs on a thread that makes no other call, however short the calls are, and never on the calling thread:
///   also for a single number.
/// - All calls are in flight together, however few cores the machine has: the whole takes as long as the longest call.
/// - No numbers give an empty vector at once. There are at most 100 of them: each costs a thread.
/// - When the call returns or panics, no call of `compute` is in progress, and none starts later.
/// - Each call of this function stands alone: it may be made again, or from several threads at the same time.
/// - Waiting sleeps: no busy loops, no guessed pauses.
///
/// # Panics
///
/// If a call of `compute` panics, be it one or several, with whatever payload. The other results are then lost, but no number is worked twice,
/// the call never hangs, and the process lives on.
pub fn parallel_factorials<F>(numbers: &[u32], compute: F) -> Vec<BigUint>
where
    F: Fn(u32) -> BigUint + Send + Sync,
{
    let _ = (numbers, compute);
    todo!()
}
