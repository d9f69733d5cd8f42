//! Exercise 05, the reference answer: a list of tokio tasks, each owned by a handle that stops it when dropped.
//!
//! A bare `JoinHandle` lets go of its task when it is dropped; the task runs on. Ownership is put right in one place,
//! the private `Task`, so that dropping the set, or the future of `gather`, stops what is unfinished without further
//! code.

use tokio::task::JoinHandle;

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
/// Dropping the set stops every task that has not finished.
pub struct TaskSet<T> {
    /// Every task ever created, at the index that is its id. Nothing is removed, so ids stay valid.
    tasks: Vec<Task<T>>,
}

impl<T: Send + 'static> TaskSet<T> {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self { tasks: Vec::new() }
    }

    /// Schedules `task` at once: it runs without being awaited.
    ///
    /// # Panics
    /// Panics outside a tokio runtime.
    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let id = TaskId(self.tasks.len());
        // The runtime queues the task and returns; a single-threaded one takes new tasks first in, first out.
        self.tasks.push(Task { handle: tokio::spawn(task), cancelled: false });
        id
    }

    /// Stops a task that has not finished: true if this stopped it, false if it had finished or is unknown.
    pub fn cancel(&mut self, id: TaskId) -> bool {
        self.tasks.get_mut(id.0).is_some_and(Task::cancel)
    }

    /// Waits for every task; result i belongs to the i-th task created.
    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::with_capacity(self.tasks.len());
        // Waiting in creation order costs nothing: the tasks run by themselves, and a finished one answers at once.
        // `self` stays in this future to the end, so dropping it midway drops, and thereby stops, every task.
        for task in &mut self.tasks {
            results.push(task.outcome().await);
        }
        results
    }
}

impl<T: Send + 'static> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// A running task, owned: dropping this stops it.
struct Task<T> {
    handle: JoinHandle<T>,
    /// Set by `cancel`. `abort` only asks: until the runtime's next turn the task does not count as finished, so a
    /// second `cancel` could not tell from the handle alone that the first one has been there.
    cancelled: bool,
}

impl<T> Task<T> {
    fn cancel(&mut self) -> bool {
        if self.cancelled || self.handle.is_finished() {
            return false;
        }
        self.handle.abort();
        self.cancelled = true;
        true
    }

    async fn outcome(&mut self) -> Result<T, TaskError> {
        // A cancelled task is awaited too: only then is its future sure to be gone.
        let ended = (&mut self.handle).await;
        match ended {
            // On a runtime with several threads the task may have reached its end while `abort` was on its way.
            // `cancel` has said that it stopped the task, and that answer stands.
            _ if self.cancelled => Err(TaskError::Cancelled),
            Ok(value) => Ok(value),
            Err(error) if error.is_panic() => Err(TaskError::Panicked),
            // Stopped by somebody else: the runtime is shutting down.
            Err(_) => Err(TaskError::Cancelled),
        }
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        // Without effect on a finished task.
        self.handle.abort();
    }
}
