//! Futures are collected, and gather awaits one after another.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use futures::future::BoxFuture;

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
    tasks: Vec<Option<BoxFuture<'static, T>>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { tasks: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.tasks.push(Some(Box::pin(task)));
        TaskId(self.tasks.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        self.tasks.get_mut(id.0).and_then(Option::take).is_some()
    }

    pub async fn gather(self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for task in self.tasks {
            results.push(match task {
                None => Err(TaskError::Cancelled),
                Some(task) => AssertUnwindSafe(task).catch_unwind().await.map_err(|_| TaskError::Panicked),
            });
        }
        results
    }
}
