//! A task counts as finished when it has left a value. One that panicked has not, so cancel says that it stopped it.

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

pub struct TaskSet<T> {
    handles: Vec<JoinHandle<T>>,
    finished: Vec<Arc<AtomicBool>>,
    cancelled: Vec<bool>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { handles: vec![], finished: vec![], cancelled: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let finished = Arc::new(AtomicBool::new(false));
        self.finished.push(Arc::clone(&finished));
        self.handles.push(tokio::spawn(async move {
            let value = task.await;
            finished.store(true, Ordering::SeqCst);
            value
        }));
        self.cancelled.push(false);
        TaskId(self.handles.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        if id.0 >= self.handles.len() || self.cancelled[id.0] || self.finished[id.0].load(Ordering::SeqCst) {
            return false;
        }
        self.handles[id.0].abort();
        self.cancelled[id.0] = true;
        true
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for handle in &mut self.handles {
            results.push(
                handle.await.map_err(|error| {
                    if error.is_panic() { TaskError::Panicked } else { TaskError::Cancelled }
                }),
            );
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
