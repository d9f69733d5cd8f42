//! Believes that a set is made in the runtime that its tasks run in: `new` takes its handle, and panics where there is none.
use tokio::runtime::Handle;
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

pub struct TaskSet<T> {
    runtime: Handle,
    handles: Vec<(JoinHandle<T>, bool)>,
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for (handle, _) in &self.handles {
            handle.abort();
        }
    }
}

impl<T: Send + 'static> TaskSet<T> {
    #[must_use]
    pub fn new() -> Self {
        Self { runtime: Handle::current(), handles: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.handles.push((self.runtime.spawn(task), false));
        TaskId(self.handles.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        match self.handles.get_mut(id.0) {
            Some((handle, cancelled)) if !*cancelled && !handle.is_finished() => {
                handle.abort();
                *cancelled = true;
                true
            }
            _ => false,
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for (handle, cancelled) in &mut self.handles {
            let joined = handle.await;
            results.push(match joined {
                _ if *cancelled => Err(TaskError::Cancelled),
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

