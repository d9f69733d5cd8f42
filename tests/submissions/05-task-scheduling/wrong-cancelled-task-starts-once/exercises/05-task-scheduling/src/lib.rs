//! A cancelled task is stopped at its next wake-up, but one that has not run yet is let in for its first step.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures::task::AtomicWaker;
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

#[derive(Default)]
struct Stop {
    asked: AtomicBool,
    waker: AtomicWaker,
}

struct Stoppable<F> {
    task: Pin<Box<F>>,
    begun: bool,
    stop: Arc<Stop>,
}

impl<F: Future> Future for Stoppable<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.stop.waker.register(cx.waker());
        // Only what has begun can be stopped.
        if self.begun && self.stop.asked.load(Ordering::SeqCst) {
            return Poll::Ready(None);
        }
        self.begun = true;
        match self.task.as_mut().poll(cx) {
            Poll::Pending if self.stop.asked.load(Ordering::SeqCst) => Poll::Ready(None),
            polled => polled.map(Some),
        }
    }
}

struct Task<T> {
    handle: JoinHandle<Option<T>>,
    stop: Arc<Stop>,
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
        TaskSet { tasks: Vec::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let stop = Arc::new(Stop::default());
        let handle = tokio::spawn(Stoppable { task: Box::pin(task), begun: false, stop: stop.clone() });
        self.tasks.push(Task { handle, stop });
        TaskId(self.tasks.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some(task) = self.tasks.get(id.0) else { return false };
        if task.handle.is_finished() || task.stop.asked.swap(true, Ordering::SeqCst) {
            return false;
        }
        task.stop.waker.wake();
        true
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = vec![];
        for task in &mut self.tasks {
            let ended = (&mut task.handle).await;
            results.push(match ended {
                _ if task.stop.asked.load(Ordering::SeqCst) => Err(TaskError::Cancelled),
                Ok(value) => value.ok_or(TaskError::Cancelled),
                Err(_) => Err(TaskError::Panicked),
            });
        }
        results
    }
}
