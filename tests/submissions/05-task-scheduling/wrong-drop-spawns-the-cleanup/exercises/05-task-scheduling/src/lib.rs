//! Believes that `Drop` may leave the stopping to a task: it aborts one, and awaits it, before the next.
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

pub struct TaskSet<T: Send + 'static> {
    handles: Vec<(JoinHandle<T>, bool)>,
}

impl<T: Send + 'static> Drop for TaskSet<T> {
    fn drop(&mut self) {
        let handles = std::mem::take(&mut self.handles);
        if handles.is_empty() {
            return;
        }
        tokio::spawn(async move {
            for (handle, _) in handles {
                handle.abort();
                let _ = handle.await;
            }
        });
    }
}

impl<T: Send + 'static> TaskSet<T> {
    #[must_use]
    pub fn new() -> Self {
        Self { handles: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.handles.push((tokio::spawn(task), false));
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
        self.handles.clear();
        results
    }
}
/// Given: leave as it is.
impl<T: Send + 'static> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

