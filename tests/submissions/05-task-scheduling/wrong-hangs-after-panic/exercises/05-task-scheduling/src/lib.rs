//! Every task sends its value when it has one. A task that panicked sends none, and gather waits for it for ever.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
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
    sender: UnboundedSender<(usize, T)>,
    receiver: UnboundedReceiver<(usize, T)>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        let (sender, receiver) = unbounded_channel();
        TaskSet { handles: vec![], cancelled: vec![], sender, receiver }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let index = self.handles.len();
        let sender = self.sender.clone();
        let handle = tokio::spawn(async move {
            let _ = sender.send((index, task.await));
        });
        self.handles.push(handle);
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
        let expected = self.cancelled.iter().filter(|cancelled| !**cancelled).count();
        for _ in 0..expected {
            let (index, value) = self.receiver.recv().await.expect("open");
            results[index] = Ok(value);
        }
        for handle in &mut self.handles {
            let _ = handle.await;
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
