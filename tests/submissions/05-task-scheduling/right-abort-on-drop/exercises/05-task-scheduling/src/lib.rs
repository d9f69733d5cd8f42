//! A list of handles that stop their tasks when dropped, awaited with join_all.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::future::join_all;
use tokio::task::{JoinError, JoinHandle};

/// A task's number in its set: 0, 1, 2, … in creation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);

/// Why a task has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    Cancelled,
    Panicked,
}

struct Owned<T> {
    handle: JoinHandle<T>,
    cancelled: bool,
}

impl<T> Future for Owned<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let cancelled = self.cancelled;
        Pin::new(&mut self.handle).poll(cx).map(|joined| match joined {
            Ok(value) if !cancelled => Ok(value),
            Err(error) if !cancelled && JoinError::is_panic(&error) => Err(TaskError::Panicked),
            _ => Err(TaskError::Cancelled),
        })
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

pub struct TaskSet<T> {
    tasks: Vec<Owned<T>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { tasks: Vec::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.tasks.push(Owned { handle: tokio::spawn(task), cancelled: false });
        TaskId(self.tasks.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        match self.tasks.get_mut(id.0) {
            Some(task) if !task.cancelled && !task.handle.is_finished() => {
                task.handle.abort();
                task.cancelled = true;
                true
            }
            _ => false,
        }
    }

    pub async fn gather(self) -> Vec<Result<T, TaskError>> {
        join_all(self.tasks).await
    }
}
