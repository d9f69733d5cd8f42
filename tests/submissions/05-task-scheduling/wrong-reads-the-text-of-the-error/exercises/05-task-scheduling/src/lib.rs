//! An error that speaks of a cancel is one.

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

struct Task<T> {
    handle: JoinHandle<T>,
    cancelled: bool,
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

/// Tasks that run in the background from the moment they are created.
pub struct TaskSet<T> {
    tasks: Vec<Task<T>>,
}

impl<T: Send + 'static> TaskSet<T> {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self { tasks: Vec::new() }
    }

    /// Schedules `task` at once: it runs without being awaited.
    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.tasks.push(Task { handle: tokio::spawn(task), cancelled: false });
        TaskId(self.tasks.len() - 1)
    }

    /// Stops a task that has not finished: true if this stopped it, false if it had finished or is unknown.
    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some(task) = self.tasks.get_mut(id.0) else { return false };
        if task.cancelled || task.handle.is_finished() {
            return false;
        }
        task.handle.abort();
        task.cancelled = true;
        true
    }

    /// Waits for every task; result i belongs to the i-th task created.
    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for task in &mut self.tasks {
            results.push(match (&mut task.handle).await {
                Ok(value) => Ok(value),
                Err(error) if error.to_string().contains("cancelled") => Err(TaskError::Cancelled),
                Err(_) => Err(TaskError::Panicked),
            });
        }
        results
    }
}

impl<T: Send + 'static> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}
