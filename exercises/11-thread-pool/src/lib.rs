//! Exercise 11: a thread pool (Python: `with ThreadPoolExecutor(max_workers=workers) as pool:`).
//!
//! Fill in [`ThreadPool`] and [`JobHandle`]: their fields and the bodies of their functions. The lesson, with hints, is in
//! `README.md` beside this package's `Cargo.toml`; check your answer with `cargo test -p exercise-11`.

use std::marker::PhantomData;

/// The job panicked: it has no result. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

/// A fixed number of threads that work jobs as they come.
///
/// What a caller may rely on:
///
/// - `new` starts exactly `workers` threads, and they are there when it returns. They work all jobs. The pool has no other
///   threads; one that a panic has ended may be replaced by a new one.
/// - Jobs begin in the order in which they were submitted. Exactly `workers` of them are in progress, or as many as are left
///   if these are fewer: a job begins as soon as a worker is free.
/// - A job runs once, on a thread of the pool, whether or not anybody waits for its handle, or still has it. Jobs may take
///   very long, and may submit further jobs.
/// - A panic in a job is the affair of its handle alone: the pool goes on with as many workers.
/// - Dropping the pool (in Python the end of the `with` block) waits until every submitted job has been worked, and ends all
///   of the pool's threads; also in a panic. Handles stay good.
/// - Waiting sleeps, for jobs as well as for results: no busy loops, no looking again and again.
/// - Pools know nothing of each other. A pool may be used from any number of threads.
///
/// What a caller promises: a job neither waits for a handle of its own pool nor drops the pool, and neither a result nor what
/// a panic carries panics when it is dropped.
pub struct ThreadPool {
    // The fields are yours to choose.
}

/// The place where the result of a job will be.
pub struct JobHandle<T> {
    // The fields are yours to choose: replace this one.
    result: PhantomData<T>,
}

impl ThreadPool {
    /// A pool whose threads have been started. There are at most 1,024.
    ///
    /// # Panics
    ///
    /// If `workers` is 0. The message contains the word `workers`.
    #[must_use]
    pub fn new(workers: usize) -> Self {
        let _ = workers;
        todo!()
    }

    /// Puts a job at the end of the queue. Never waits, however many jobs there are, and never runs one.
    ///
    /// The handle may be dropped: the job is worked all the same.
    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        drop(job);
        todo!()
    }
}

impl Drop for ThreadPool {
    /// Waits until every submitted job has been worked, and ends all threads.
    fn drop(&mut self) {
        todo!()
    }
}

impl<T> JobHandle<T> {
    /// Whether the job has ended, by a panic or otherwise. It never waits.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        todo!()
    }

    /// Waits for the job's end and gives its result.
    ///
    /// # Errors
    ///
    /// [`JobPanicked`] if it has panicked.
    pub fn wait(self) -> Result<T, JobPanicked> {
        todo!()
    }
}
