//! Exercise 02: results through a queue (Python: worker `Process`es that `put` into a `Queue`, the main one `get`s).
//!
//! Fill in the body of [`run_jobs`]. The lesson, with hints, is in `README.md` beside this package's `Cargo.toml`; check
//! your answer with `cargo test -p exercise-02`.

/// Works every job on `workers` threads and sends each result back through a queue. `on_result` is called on the
/// calling thread, with the job's index and its result, as soon as that job has finished.
///
/// What a caller may rely on:
///
/// - `work` is called exactly once for each job, and `on_result` exactly once for each job, with the job's index in
///   `jobs` and the result of that same job. Equal jobs are still separate jobs.
/// - `work` never runs on the calling thread; `on_result` runs nowhere else.
/// - While `on_result` is not running, exactly `workers` calls of `work` are in flight, or as many as there are unfinished
///   jobs if these are fewer: a new job starts as soon as any worker is free. There are never more than `workers`.
/// - A result is delivered when its job finishes. It waits neither for an earlier job nor for a slower one, so results
///   arrive in the order in which the jobs finish, also those of jobs that finish while `on_result` is busy.
/// - Jobs may start in any order, and may take very long.
/// - The call returns when the last result has been delivered. No jobs: it returns at once. More workers than jobs are
///   fine. `workers` is at most 1024.
/// - When the call returns or panics, no call of `work` is in progress, and none starts later.
/// - Each call of this function stands alone: it may be made again, or from several threads at the same time.
/// - Waiting sleeps: no busy loops, no guessed pauses.
///
/// # Panics
///
/// - If `workers` is 0, even when there are no jobs. The message contains the word `workers`.
/// - If a call of `work` or of `on_result` panics, be it one or several, with whatever payload. The jobs and results that are left may then be
///   dropped, but no job is worked twice, no result is delivered twice, the call never hangs, and the process lives on.
pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    let _ = (jobs, workers, work, on_result);
    todo!()
}
