//! What adapter and checks agree on. The codes of operations are the places of their names in the suite's `supplied`.

/// The calls of the student's code, as the judge numbers them: steps with pools.
pub(crate) const STEPS: u16 = 0;
/// A pool with so many workers, and no more.
pub(crate) const ONE_POOL: u16 = 1;
/// A pool with so many workers, which works these keys: what `--measure` times.
pub(crate) const MEASURED: u16 = 2;

/// What a job does: supplied work, with the number of the job as its key.
pub(crate) const JOB: u16 = 0;

/// New (the number of workers). Each operation has the number of the pool behind its code.
pub(crate) const NEW: u64 = 1;
/// Submit (the key of the job, what it does when its work is done, and the key that this takes).
pub(crate) const SUBMIT: u64 = 2;
/// Wait for the handle of this job.
pub(crate) const WAIT: u64 = 3;
/// Ask that handle whether it is finished.
pub(crate) const IS_FINISHED: u64 = 4;
/// Drop that handle.
pub(crate) const FORGET: u64 = 5;
/// Drop the pool (1 where that is in a panic, 0 otherwise).
pub(crate) const DROP: u64 = 6;
/// Submit so many jobs that do nothing and are no work of the judge's.
pub(crate) const SUBMIT_MANY: u64 = 7;

/// What a job does when its work is done: return.
pub(crate) const RETURNS: u64 = 0;
/// Submit a job with this key, and return.
pub(crate) const SUBMITS: u64 = 1;
/// Panic with a number.
pub(crate) const PANICS: u64 = 2;

/// What an operation gave: `false`, or that the job panicked.
pub(crate) const NO: u64 = 0;
/// That it went well. Behind a `wait` stands the result.
pub(crate) const DONE: u64 = 1;
