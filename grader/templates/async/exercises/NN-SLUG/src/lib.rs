//! Exercise NN: TITLE (Python: `asyncio.gather`).
//!
//! Fill in the body of [`fetch_all`]. The lesson, with hints, is in `README.md` beside this package's `Cargo.toml`; check
//! your answer with `cargo test -p exercise-NN`.

/// Fetches every input, at most `limit` at the same time; result i belongs to `inputs[i]`.
///
/// What a caller may rely on:
///
/// - A fetch starts whenever a place is free, and never more than `limit` are in flight.
/// - The caller's runtime polls all of it, and is never blocked. When the future has ended, no fetch is in flight.
///
/// # Panics
///
/// If `limit` is 0; the message contains the word `limit`. If a fetch panics.
pub async fn fetch_all<T, R, F, Fut>(inputs: Vec<T>, limit: usize, fetch: F) -> Vec<R>
where
    F: Fn(T) -> Fut,
    Fut: Future<Output = R>,
{
    let _ = (inputs, limit, fetch);
    todo!()
}
