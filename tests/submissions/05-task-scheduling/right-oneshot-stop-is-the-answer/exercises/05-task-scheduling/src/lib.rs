//! cancel sends a word over a oneshot channel: that it arrives says that the task was still there
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use tokio::sync::oneshot;

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

struct Entry<T> {
    stop: Option<oneshot::Sender<()>>,
    result: oneshot::Receiver<Result<T, TaskError>>,
}

pub struct TaskSet<T> {
    entries: Vec<Entry<T>>,
}

impl<T: Send + 'static> TaskSet<T> {
    #[must_use]
    pub fn new() -> Self {
        Self { entries: Vec::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let (stop, mut stopped) = oneshot::channel();
        let (done, result) = oneshot::channel();
        tokio::spawn(async move {
            let outcome = tokio::select! {
                biased;
                // a word, or the set is gone
                _ = &mut stopped => Err(TaskError::Cancelled),
                outcome = AssertUnwindSafe(task).catch_unwind() => outcome.map_err(|_| TaskError::Panicked),
            };
            drop(stopped);
            let _ = done.send(outcome);
        });
        self.entries.push(Entry { stop: Some(stop), result });
        TaskId(self.entries.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        self.entries
            .get_mut(id.0)
            .and_then(|entry| entry.stop.take())
            .is_some_and(|stop| stop.send(()).is_ok())
    }

    pub async fn gather(self) -> Vec<Result<T, TaskError>> {
        let mut entries = self.entries;
        let mut results = Vec::new();
        for entry in &mut entries {
            results.push((&mut entry.result).await.unwrap_or(Err(TaskError::Cancelled)));
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

