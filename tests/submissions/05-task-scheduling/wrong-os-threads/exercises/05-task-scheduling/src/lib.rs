//! A thread of the operating system for every task, with the executor of the futures crate on it.

use futures::executor::block_on;
use futures::future::{AbortHandle, Aborted, abortable};
use tokio::sync::oneshot;

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
    tasks: Vec<(AbortHandle, Option<oneshot::Receiver<Result<T, Aborted>>>)>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { tasks: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let (task, stop) = abortable(task);
        let (sender, receiver) = oneshot::channel();
        std::thread::spawn(move || sender.send(block_on(task)));
        self.tasks.push((stop, Some(receiver)));
        TaskId(self.tasks.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        match self.tasks.get(id.0) {
            Some((stop, Some(receiver)))
                if !stop.is_aborted() && receiver.is_empty() && !receiver.is_terminated() =>
            {
                stop.abort();
                true
            }
            _ => false,
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for (stop, receiver) in &mut self.tasks {
            let ended = receiver.take().expect("awaited once").await;
            results.push(match ended {
                _ if stop.is_aborted() => Err(TaskError::Cancelled),
                Ok(Ok(value)) => Ok(value),
                _ => Err(TaskError::Panicked),
            });
        }
        results
    }
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for (stop, _) in &self.tasks {
            stop.abort();
        }
    }
}
