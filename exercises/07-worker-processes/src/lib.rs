//! Exercise 07: a pool of worker processes (Python: `ProcessPoolExecutor(workers).map(work, jobs)`).
//!
//! Fill in [`map_in_processes`], which runs in the process that has the jobs, and [`worker`], which runs in each process
//! that works them. The lesson, with hints, is in `README.md` beside this package's `Cargo.toml`; check your answer with
//! `cargo test -p exercise-07`.

use std::process::{Command, ExitStatus};

/// Works every job in one of `workers` worker processes; result i belongs to `jobs[i]`.
///
/// `command()` gives the command that starts one worker process: this program again, in which [`worker`] is called. Add
/// streams, arguments and variables to it as you like; take nothing away. It may be spawned more than once. What goes to
/// standard error is for people: the worker's panics are printed there.
///
/// What a caller may rely on:
///
/// - The results are in the order of the jobs, whatever job ends first. `Ok(answer)` is what `work` returned for that job.
/// - Each job is worked exactly once, in a worker process, never in the calling one. Equal jobs are separate jobs.
/// - At most `workers` worker processes run at any moment. They live as long as there are jobs: in all no more are started
///   than `workers` and one for each that died early, and no more than there are jobs. Once no job is left, the pool may end
///   idle workers itself.
/// - A job starts as soon as any worker is free. Starting a worker takes time, working a job takes time, talking takes none:
///   so the whole takes at most the start-up of one worker + all work / `workers` + the longest job, and where workers die
///   at most one start-up and one longest job more for each.
/// - Where a worker process ends before it has answered (it panics, exits, with status 0 as well, aborts, is killed), the
///   job it had reads `Err(status)`: the status with which that very process ended. No other job feels it: a new worker
///   takes its place while jobs wait, and nothing is worked twice.
/// - No jobs give an empty vector at once and start no process. `workers` is at most 64.
/// - When the call returns or panics, every process that it started has ended and been waited for.
/// - Waiting sleeps: no busy loops, no guessed pauses.
///
/// # Panics
///
/// - If `workers` is 0, even when there are no jobs. The message contains the word `workers`.
/// - If `command` panics, or a worker process cannot be started. Jobs that other workers have may be finished first.
pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    let _ = (jobs, workers, command);
    todo!()
}

/// What a worker process does: it takes jobs from its parent, calls `work` for each and sends the answer back, until there
/// are no more. Then it returns, and its process ends with status 0.
///
/// A panic of `work` ends the process: nothing has to be done about it. If the parent is gone, it returns, too.
pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    drop(work);
    todo!()
}
