//! Tidies up before it looks which tasks are left, and throws away what the tidying gives.

use tokio::task::{AbortHandle, JoinSet};

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
    running: JoinSet<(usize, T)>,
    handles: Vec<(AbortHandle, bool)>,
}

impl<T: Send + 'static> TaskSet<T> {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self { running: JoinSet::new(), handles: Vec::new() }
    }

    /// Schedules `task` at once: it runs without being awaited.
    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let id = self.handles.len();
        let handle = self.running.spawn(async move { (id, task.await) });
        self.handles.push((handle, false));
        TaskId(id)
    }

    /// Stops a task that has not finished: true if this stopped it, false if it had finished or is unknown.
    pub fn cancel(&mut self, id: TaskId) -> bool {
        while self.running.try_join_next().is_some() {}
        match self.handles.get_mut(id.0) {
            Some((handle, cancelled)) if !*cancelled && !handle.is_finished() => {
                handle.abort();
                *cancelled = true;
                true
            }
            _ => false,
        }
    }

    /// Waits for every task; result i belongs to the i-th task created.
    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let missing = |cancelled| if cancelled { TaskError::Cancelled } else { TaskError::Panicked };
        let mut results: Vec<_> = self.handles.iter().map(|entry| Err(missing(entry.1))).collect();
        while let Some(joined) = self.running.join_next().await {
            if let Ok((id, value)) = joined {
                results[id] = Ok(value);
            }
        }
        results
    }
}

impl<T: Send + 'static> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}
