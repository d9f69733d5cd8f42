//! All results go into one locked list, and the task runs while it holds the lock: its panic poisons it for all.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures::FutureExt;
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
    results: Arc<Mutex<Vec<Option<T>>>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { handles: vec![], cancelled: vec![], results: Arc::default() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let index = self.handles.len();
        self.cancelled.push(false);
        let results = Arc::clone(&self.results);
        self.handles.push(tokio::spawn(async move {
            let ended = AssertUnwindSafe(task).catch_unwind().await;
            let mut results = results.lock().unwrap();
            let longer = results.len().max(index + 1);
            results.resize_with(longer, || None);
            results[index] = Some(ended.unwrap());
        }));
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
        for handle in &mut self.handles {
            let _ = handle.await;
        }
        let mut values = match self.results.lock() {
            Ok(mut results) => std::mem::take(&mut *results),
            Err(_) => Vec::new(),
        };
        values.resize_with(self.handles.len(), || None);
        values
            .into_iter()
            .zip(&self.cancelled)
            .map(|(value, cancelled)| match value {
                Some(value) => Ok(value),
                None if *cancelled => Err(TaskError::Cancelled),
                None => Err(TaskError::Panicked),
            })
            .collect()
    }
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for handle in &self.handles {
            handle.abort();
        }
    }
}
