//! Awaits whichever task ends next, with `select_all`, until none is left. Each round asks every task that still runs.

use futures::future::select_all;
use tokio::task::{AbortHandle, JoinHandle};

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
    handles: Vec<JoinHandle<T>>,
    stop: Vec<AbortHandle>,
    cancelled: Vec<bool>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { handles: Vec::new(), stop: Vec::new(), cancelled: Vec::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let handle = tokio::spawn(task);
        self.stop.push(handle.abort_handle());
        self.handles.push(handle);
        self.cancelled.push(false);
        TaskId(self.handles.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some(stop) = self.stop.get(id.0) else { return false };
        if self.cancelled[id.0] || stop.is_finished() {
            return false;
        }
        stop.abort();
        self.cancelled[id.0] = true;
        true
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let handles = std::mem::take(&mut self.handles);
        let mut results: Vec<_> = handles.iter().map(|_| Err(TaskError::Cancelled)).collect();
        // Which task each handle in the list belongs to.
        let mut whose: Vec<usize> = (0..handles.len()).collect();
        let mut running = handles;
        while !running.is_empty() {
            let (joined, at, others) = select_all(running).await;
            let id = whose.swap_remove(at);
            results[id] = match joined {
                _ if self.cancelled[id] => Err(TaskError::Cancelled),
                Ok(value) => Ok(value),
                Err(error) if error.is_panic() => Err(TaskError::Panicked),
                Err(_) => Err(TaskError::Cancelled),
            };
            running = others;
        }
        results
    }
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for stop in &self.stop {
            stop.abort();
        }
    }
}
