//! The flag is looked at after each step instead of before it: a cancelled task makes one step too many.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

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

struct Checked<F> {
    task: Pin<Box<F>>,
    cancelled: Arc<AtomicBool>,
}

impl<F: Future> Future for Checked<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let step = self.task.as_mut().poll(cx);
        if self.cancelled.load(Ordering::SeqCst) {
            return Poll::Ready(None);
        }
        step.map(Some)
    }
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
        Self { tasks: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let cancelled = Arc::new(AtomicBool::new(false));
        let checked = Checked { task: Box::pin(task), cancelled: Arc::clone(&cancelled) };
        self.tasks.push(Task { handle: tokio::spawn(checked), cancelled });
        TaskId(self.tasks.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        match self.tasks.get(id.0) {
            Some(task) if !task.handle.is_finished() => !task.cancelled.swap(true, Ordering::SeqCst),
            _ => false,
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = vec![];
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
