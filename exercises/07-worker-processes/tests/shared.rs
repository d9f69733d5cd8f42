//! What adapter and checks agree on.
//!
//! A call's numbers: how many workers, what the commands are like (two numbers), then two for each job: its key and the job itself.
//! A start's answer has such pairs for all jobs of all calls, so that a worker process finds the key of a job.

/// The supplied functions: `work`, and the start of a worker process.
pub(crate) const WORK: u16 = 0;
pub(crate) const START: u16 = 1;

/// How many of a call's numbers come before its jobs.
pub(crate) const BEFORE_THE_JOBS: usize = 3;

/// What the commands are like: all of them good ones.
pub(crate) const GOOD: u64 = 0;
/// The call of `command` with the number that follows, from 1, panics.
pub(crate) const PANICS: u64 = 1;
/// The command of that call names a program that does not exist.
pub(crate) const NO_PROGRAM: u64 = 2;

/// Keys and jobs.
pub(crate) fn pairs(numbers: &[u64]) -> impl ExactSizeIterator<Item = (u64, u64)> {
    numbers.chunks_exact(2).map(|pair| (pair[0], pair[1]))
}
