//! Reference answer of exercise 11: one queue of jobs that all workers take from, and a queue with one place for each result.
//!
//! Both are channels. A job is a boxed closure, and what it does with its result is part of the closure: so the queue and
//! the workers need not know what the jobs are about. The pool owns the only sender of jobs. Once that is dropped, the
//! workers find what is left in the queue, and then its end.

use std::panic::{self, AssertUnwindSafe};
use std::thread::{self, JoinHandle};

use crossbeam::channel::{self, Receiver, Sender};

/// The job panicked: it has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type BoxedJob = Box<dyn FnOnce() + Send>;

/// A fixed number of threads that work jobs as they come.
pub struct ThreadPool {
    /// Taken out by the drop, and only there: a field can't be dropped before its owner otherwise.
    jobs: Option<Sender<BoxedJob>>,
    workers: Vec<JoinHandle<()>>,
}

/// The place where the result of a job will be.
pub struct JobHandle<T> {
    /// Gets one message, whatever becomes of the job.
    outcome: Receiver<Result<T, JobPanicked>>,
}

impl ThreadPool {
    /// A pool whose threads have been started.
    ///
    /// # Panics
    ///
    /// If `workers` is 0, or if the system has no further thread to give.
    #[must_use]
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        // Without a limit: `submit` must not wait for room.
        let (sender, jobs) = channel::unbounded();
        let start = |_| {
            let jobs = jobs.clone();
            thread::spawn(move || work(&jobs))
        };
        Self { workers: (0..workers).map(start).collect(), jobs: Some(sender) }
    }

    /// Puts a job at the end of the queue.
    ///
    /// # Panics
    ///
    /// Never: the workers listen until the pool is dropped.
    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (sender, outcome) = channel::bounded(1);
        let job = move || {
            // A panic ends here, so it ends no worker. Nothing that it may have left half done is seen afterwards: the
            // closure is gone, and its result is not there.
            let result = panic::catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked);
            // There is room for the one message, so this does not wait. It fails if nobody has kept the handle.
            let _ = sender.send(result);
        };
        let jobs = self.jobs.as_ref().expect("it is there until the drop");
        jobs.send(Box::new(job)).expect("workers listen as long as there is a sender");
        JobHandle { outcome }
    }
}

/// What a worker does all its life: takes the next job, works it, and begins again. It sleeps while there is none.
fn work(jobs: &Receiver<BoxedJob>) {
    for job in jobs {
        job();
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        // First tell the workers that nothing more comes, then wait for them. The other way round both sides would wait.
        self.jobs = None;
        for worker in self.workers.drain(..) {
            // A worker can't panic. If one did, a panic here would help nobody: a drop may be part of another panic.
            let _ = worker.join();
        }
    }
}

impl<T> JobHandle<T> {
    /// Whether the job has ended, by a panic or otherwise.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        !self.outcome.is_empty()
    }

    /// Waits for the job's end and gives its result.
    ///
    /// # Errors
    ///
    /// [`JobPanicked`] if it has panicked.
    pub fn wait(self) -> Result<T, JobPanicked> {
        // The message may have been lost in one way alone: with its sender, before it was sent.
        self.outcome.recv().unwrap_or(Err(JobPanicked))
    }
}
