//! Exercise 05: tasks that run in the background (Python: `asyncio.create_task`).
//!
//! Fill in [`TaskSet`]: its fields and the bodies of its functions. The lesson, with hints, is in `README.md` beside this
//! package's `Cargo.toml`; check your answer with `cargo test -p exercise-05`.

use std::marker::PhantomData;

/// A task's number in its set: 0, 1, 2, … in creation order. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);

/// Why a task has no result. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    /// [`TaskSet::cancel`] stopped it.
    Cancelled,
    /// It panicked.
    Panicked,
}

/// Tasks that run in the background from the moment they are created.
///
/// Dropping the set stops every task that has not finished, also where a panic of its owner drops it: a task that is
/// stopped never runs on, and is gone when the runtime has had its next turn.
pub struct TaskSet<T> {
    // The fields are yours to choose: replace this one.
    results: PhantomData<T>,
}

impl<T: Send + 'static> TaskSet<T> {
    /// An empty set. It may be made where there is no tokio runtime yet: its tasks run on the one that [`TaskSet::create_task`] is
    /// called in.
    #[must_use]
    pub fn new() -> Self {
        todo!()
    }

    /// Schedules `task` at once: it runs without being awaited.
    ///
    /// What is promised:
    /// - the call returns straight away and runs nothing of the task itself;
    /// - the task runs on the caller's tokio runtime, and makes progress whenever the caller awaits anything at all;
    /// - on a single-threaded runtime the tasks of a set first run in the order in which they were created;
    /// - the ids of a set are 0, 1, 2, …; they count on after a task has finished or was cancelled.
    ///
    /// # Panics
    /// May panic outside a tokio runtime.
    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        drop(task);
        todo!()
    }

    /// Stops a task that has not finished: true if this stopped it, false if it had finished or is unknown.
    ///
    /// A stopped task never runs on (not at all if it had not run yet), and it reads [`TaskError::Cancelled`] in
    /// [`TaskSet::gather`]. For a task that has finished, has panicked or was cancelled before, and for an id that this
    /// set never gave out, the answer is false and nothing changes. The other tasks are untouched.
    pub fn cancel(&mut self, id: TaskId) -> bool {
        let _ = id;
        todo!()
    }

    /// Waits for every task; result i belongs to the i-th task created.
    ///
    /// What is promised:
    /// - the results are in creation order, whatever finishes first;
    /// - waiting ends with the slowest task, counted from its creation, not from the call of `gather`;
    /// - a panicking task reads [`TaskError::Panicked`], a cancelled one [`TaskError::Cancelled`], and neither harms
    ///   the others, however many there are of each;
    /// - if the returned future is dropped midway, every task that has not finished is stopped;
    /// - an empty set gives an empty list at once; 10,000 tasks take 10 times as long as 1,000, not 100 times.
    pub async fn gather(self) -> Vec<Result<T, TaskError>> {
        todo!()
    }
}

/// Given: leave as it is.
impl<T: Send + 'static> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}
