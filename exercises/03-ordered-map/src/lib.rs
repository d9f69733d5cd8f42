//! Exercise 03: the ordered parallel map (Python: `Pool(workers).map(f, items)`).
//!
//! Fill in the body of [`parallel_map`]. The lesson, with hints, is in `README.md` beside this package's `Cargo.toml`;
//! check your answer with `cargo test -p exercise-03`.

/// The parallel `map`: `f` applied to every item by `workers` threads; result i belongs to `items[i]`.
///
/// What a caller may rely on:
///
/// - The output is as long as the input, and in the order of the input, whatever call finishes first.
/// - `f` is called exactly once for each item; items that are equal are still separate items.
/// - At most `workers` calls of `f` are in flight at any moment. The calling thread may be one of the workers.
/// - No worker stands idle while an item waits: the next item starts as soon as any worker is free. So on any mix of
///   short and long items the whole takes at most (all work / `workers`) + (the longest item).
/// - Items may start in any order.
/// - No items give an empty vector at once; more workers than items are fine. `workers` is at most 1024.
/// - When the call returns or panics, no call of `f` is in progress, and none starts later.
/// - Waiting sleeps: no busy loops, no guessed pauses.
///
/// # Panics
///
/// - If `workers` is 0, even when there are no items. The message contains the word `workers`.
/// - If a call of `f` panics. The other items may then be left out, but none is worked twice, and the call never hangs.
pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    let _ = (items, workers, f);
    todo!()
}
