//! futures' Abortable around each task: an aborted one reports Aborted as its result.

use futures::future::{AbortHandle, Aborted, abortable};
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
    running: Vec<(AbortHandle, JoinHandle<Result<T, Aborted>>)>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { running: Vec::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let (task, abort) = abortable(task);
        self.running.push((abort, tokio::spawn(task)));
        TaskId(self.running.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some((abort, handle)) = self.running.get(id.0) else {
            return false;
        };
        if abort.is_aborted() || handle.is_finished() {
            false
        } else {
            abort.abort();
            true
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for (abort, handle) in &mut self.running {
            let joined = handle.await;
            results.push(match joined {
                _ if abort.is_aborted() => Err(TaskError::Cancelled),
                Ok(Ok(value)) => Ok(value),
                Ok(Err(Aborted)) => Err(TaskError::Cancelled),
                Err(_) => Err(TaskError::Panicked),
            });
        }
        results
    }
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for (abort, _) in &self.running {
            abort.abort();
        }
    }
}
