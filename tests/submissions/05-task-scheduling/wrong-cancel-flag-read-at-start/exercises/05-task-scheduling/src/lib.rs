//! The task looks at its flag once, before it begins. A task that is under way is never stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

struct Task<T> {
    handle: JoinHandle<Option<T>>,
    cancelled: Arc<AtomicBool>,
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

pub struct TaskSet<T> {
    tasks: Vec<Task<T>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { tasks: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let cancelled = Arc::new(AtomicBool::new(false));
        let flag = cancelled.clone();
        let handle = tokio::spawn(async move {
            if flag.load(Ordering::SeqCst) {
                return None;
            }
            Some(task.await)
        });
        self.tasks.push(Task { handle, cancelled });
        TaskId(self.tasks.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some(task) = self.tasks.get(id.0) else { return false };
        !task.handle.is_finished() && !task.cancelled.swap(true, Ordering::SeqCst)
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for task in &mut self.tasks {
            let ended = (&mut task.handle).await;
            results.push(match ended {
                _ if task.cancelled.load(Ordering::SeqCst) => Err(TaskError::Cancelled),
                Ok(value) => value.ok_or(TaskError::Cancelled),
                Err(_) => Err(TaskError::Panicked),
            });
        }
        results
    }
}
