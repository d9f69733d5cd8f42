//! Results are pushed as the tasks end.

use tokio::task::{AbortHandle, JoinSet};

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
    set: JoinSet<(usize, T)>,
    handles: Vec<AbortHandle>,
    cancelled: Vec<bool>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        Self { set: JoinSet::new(), handles: vec![], cancelled: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let index = self.handles.len();
        self.handles.push(self.set.spawn(async move { (index, task.await) }));
        self.cancelled.push(false);
        TaskId(index)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        if id.0 >= self.handles.len() || self.cancelled[id.0] || self.handles[id.0].is_finished() {
            return false;
        }
        self.cancelled[id.0] = true;
        self.handles[id.0].abort();
        true
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        while let Some(joined) = self.set.join_next().await {
            results.push(match joined {
                Ok((_, value)) => Ok(value),
                Err(error) if error.is_panic() => Err(TaskError::Panicked),
                Err(_) => Err(TaskError::Cancelled),
            });
        }
        results
    }
}
