//! Exercise NN: TITLE (Python: `Pool.map`).
//!
//! Fill in the body of [`apply_all`]. The lesson, with hints, is in `README.md` beside this package's `Cargo.toml`; check
//! your answer with `cargo test -p exercise-NN`.

/// Calls `work` once for each item, on `workers` threads; result i belongs to `items[i]`.
///
/// What a caller may rely on:
///
/// - An item starts whenever a worker is free, and never more than `workers` calls are in flight.
/// - When the call returns or panics, no call of `work` is in progress. Waiting sleeps.
///
/// # Panics
///
/// If `workers` is 0; the message contains the word `workers`. If a call of `work` panics.
pub fn apply_all<T, R, F>(items: &[T], workers: usize, work: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    let _ = (items, workers, work);
    todo!()
}
