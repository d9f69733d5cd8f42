//! Believes that one list of cancelled ids will do for all sets.
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex};
use tokio::task::JoinHandle;

/// A task's number in its set: 0, 1, 2, … in creation order. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);

/// Why a task has no result. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    /// [`TaskSet::cancel`] stopped it.
    Cancelled,
    /// It panicked.
    Panicked,
}

static CANCELLED: LazyLock<Mutex<HashSet<usize>>> = LazyLock::new(Mutex::default);

pub struct TaskSet<T> {
    handles: Vec<JoinHandle<T>>,
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        self.handles.iter().for_each(JoinHandle::abort);
    }
}

impl<T: Send + 'static> TaskSet<T> {
    #[must_use]
    pub fn new() -> Self {
        CANCELLED.lock().unwrap().clear();
        Self { handles: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.handles.push(tokio::spawn(task));
        TaskId(self.handles.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some(handle) = self.handles.get(id.0) else { return false };
        if handle.is_finished() || !CANCELLED.lock().unwrap().insert(id.0) {
            return false;
        }
        handle.abort();
        true
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for (i, handle) in self.handles.iter_mut().enumerate() {
            let joined = handle.await;
            results.push(match joined {
                _ if CANCELLED.lock().unwrap().contains(&i) => Err(TaskError::Cancelled),
                Ok(value) => Ok(value),
                Err(_) => Err(TaskError::Panicked),
            });
        }
        results
    }
}
/// Given: leave as it is.
impl<T: Send + 'static> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

