//! Thousands of tasks at once would be too much for the machine: 256 at a time will do.

use std::sync::Arc;

use tokio::sync::Semaphore;
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
pub struct TaskSet<T> {
    tasks: Vec<JoinHandle<T>>,
    cancelled: Vec<bool>,
    places: Arc<Semaphore>,
}

impl<T: Send + 'static> TaskSet<T> {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self { tasks: Vec::new(), cancelled: Vec::new(), places: Arc::new(Semaphore::new(256)) }
    }

    /// Schedules `task` at once: it runs without being awaited.
    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let places = Arc::clone(&self.places);
        self.tasks.push(tokio::spawn(async move {
            let _place = places.acquire().await.unwrap();
            task.await
        }));
        self.cancelled.push(false);
        TaskId(self.tasks.len() - 1)
    }

    /// Stops a task that has not finished: true if this stopped it, false if it had finished or is unknown.
    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some(task) = self.tasks.get(id.0) else { return false };
        if self.cancelled[id.0] || task.is_finished() {
            return false;
        }
        task.abort();
        self.cancelled[id.0] = true;
        true
    }

    /// Waits for every task; result i belongs to the i-th task created.
    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for (index, task) in self.tasks.iter_mut().enumerate() {
            results.push(match task.await {
                _ if self.cancelled[index] => Err(TaskError::Cancelled),
                Ok(value) => Ok(value),
                Err(error) if error.is_panic() => Err(TaskError::Panicked),
                Err(_) => Err(TaskError::Cancelled),
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

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}
