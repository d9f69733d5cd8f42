//! What adapter and checks agree on.
//!
//! A call's numbers: how many workers, what the commands are like (two numbers), then two for each job: its key and the job itself.
//! What a call returns: how often it has called `command`, then two numbers for each result.
//! A start's answer has such pairs for all jobs of all calls, so that a worker process finds the key of a job; and one number more where
//! [`BACK`] is asked.

/// The supplied functions: `work`, whose answer is its first number, with a second one where [`LAST`] is asked behind it; and the start of
/// a worker process.
pub(crate) const WORK: u16 = 0;
pub(crate) const START: u16 = 1;
/// What a worker's process does once `worker` has returned, where the start's answer says so.
pub(crate) const BACK: u16 = 2;
/// Asked behind some calls of `work`, before they return: the first process that asks is killed. Pictures leave it out.
pub(crate) const LAST: u16 = 1 << 15 | 2;

/// How many of a call's numbers come before its jobs.
pub(crate) const BEFORE_THE_JOBS: usize = 3;

/// The place of the number of the command that is no good one.
pub(crate) const BAD: usize = 2;

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
