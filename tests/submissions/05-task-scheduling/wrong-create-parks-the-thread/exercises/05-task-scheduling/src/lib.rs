//! After each new task a tiny wait for whoever may wake this thread. Nothing else runs on it meanwhile.

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
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { handles: Vec::new(), cancelled: Vec::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.handles.push(tokio::spawn(task));
        self.cancelled.push(false);
        if self.handles.len() % 10 == 1 {
            std::thread::park_timeout(std::time::Duration::from_millis(60));
        }
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
