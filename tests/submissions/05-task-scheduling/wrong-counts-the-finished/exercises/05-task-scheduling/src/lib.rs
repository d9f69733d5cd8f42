//! Every task rings a bell when it ends. At each ring `gather` counts how many handles are finished, and goes on when all are.

use std::sync::Arc;

use tokio::sync::Notify;
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

/// Rings once the task is over, one turn later, when its handle knows it too.
struct Bell(Arc<Notify>);

impl Drop for Bell {
    fn drop(&mut self) {
        let bell = Arc::clone(&self.0);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { bell.notify_one() });
        }
    }
}

pub struct TaskSet<T> {
    handles: Vec<JoinHandle<T>>,
    cancelled: Vec<bool>,
    bell: Arc<Notify>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { handles: Vec::new(), cancelled: Vec::new(), bell: Arc::new(Notify::new()) }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let bell = Bell(Arc::clone(&self.bell));
        self.handles.push(tokio::spawn(async move {
            let _bell = bell;
            task.await
        }));
        self.cancelled.push(false);
        TaskId(self.handles.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        match self.handles.get(id.0) {
            Some(handle) if !self.cancelled[id.0] && !handle.is_finished() => {
                handle.abort();
                self.cancelled[id.0] = true;
                true
            }
            _ => false,
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        while self.handles.iter().filter(|handle| handle.is_finished()).count() < self.handles.len() {
            self.bell.notified().await;
        }
        let mut results = Vec::new();
        for (handle, cancelled) in self.handles.iter_mut().zip(&self.cancelled) {
            results.push(match handle.await {
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
