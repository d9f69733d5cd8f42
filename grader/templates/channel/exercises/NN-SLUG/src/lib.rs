//! Exercise NN: TITLE (Python: `multiprocessing.Queue`).
//!
//! Fill in the body of [`run_all`]. The lesson, with hints, is in `README.md` beside this package's `Cargo.toml`; check your
//! answer with `cargo test -p exercise-NN`.

/// Works every job on `workers` threads. `on_result` is called on the calling thread, with the job's index and its result, as
/// soon as that job has finished.
///
/// What a caller may rely on:
///
/// - A job starts whenever a worker is free. Results arrive in the order in which their jobs finish.
/// - When the call returns or panics, no call of `work` is in progress. Waiting sleeps.
///
/// # Panics
///
/// If `workers` is 0; the message contains the word `workers`. If a call of `work` panics.
pub fn run_all<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    let _ = (jobs, workers, work, on_result);
    todo!()
}
