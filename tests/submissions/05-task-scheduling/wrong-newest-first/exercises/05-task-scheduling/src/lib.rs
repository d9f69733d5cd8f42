//! New tasks go onto a stack, and a runner takes the topmost: the last one created runs first.

use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;
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
    cancelled: Vec<bool>,
    starts: Arc<Mutex<Vec<oneshot::Sender<()>>>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { handles: vec![], cancelled: vec![], starts: Arc::default() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let (start, started) = oneshot::channel();
        self.starts.lock().unwrap().push(start);
        let starts = Arc::clone(&self.starts);
        tokio::spawn(async move {
            let next = starts.lock().unwrap().pop();
            if let Some(next) = next {
                let _ = next.send(());
            }
        });
        self.handles.push(tokio::spawn(async move {
            let _ = started.await;
            task.await
        }));
        self.cancelled.push(false);
        TaskId(self.handles.len() - 1)
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
        let mut results = Vec::new();
        for (handle, cancelled) in self.handles.iter_mut().zip(&self.cancelled) {
            let joined = handle.await;
            results.push(match joined {
                _ if *cancelled => Err(TaskError::Cancelled),
                Ok(value) => Ok(value),
                Err(error) if error.is_panic() => Err(TaskError::Panicked),
                Err(_) => Err(TaskError::Cancelled),
            });
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
