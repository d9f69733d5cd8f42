//! Each task brings its number home. Who has not come home by the end was cancelled or has panicked.

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
    tasks: JoinSet<(usize, T)>,
    handles: Vec<AbortHandle>,
    cancelled: Vec<bool>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        Self { tasks: JoinSet::new(), handles: Vec::new(), cancelled: Vec::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let number = self.handles.len();
        let handle = self.tasks.spawn(async move { (number, task.await) });
        self.handles.push(handle);
        self.cancelled.push(false);
        TaskId(number)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        if id.0 >= self.handles.len() || self.cancelled[id.0] || self.handles[id.0].is_finished() {
            return false;
        }
        self.handles[id.0].abort();
        self.cancelled[id.0] = true;
        true
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results: Vec<Result<T, TaskError>> = Vec::new();
        for &cancelled in &self.cancelled {
            results.push(Err(if cancelled { TaskError::Cancelled } else { TaskError::Panicked }));
        }
        while let Some(joined) = self.tasks.join_next().await {
            match joined {
                Ok((number, value)) if !self.cancelled[number] => results[number] = Ok(value),
                _ => {}
            }
        }
        results
    }
}
