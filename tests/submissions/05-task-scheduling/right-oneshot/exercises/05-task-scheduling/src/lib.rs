//! Each task sends its value over a oneshot channel. A sender that was dropped means: panicked, or cancelled.

use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// A task's number in its set: 0, 1, 2, … in creation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);

/// Why a task has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    Cancelled,
    Panicked,
}

struct Entry<T> {
    value: oneshot::Receiver<T>,
    handle: AbortHandle,
    cancelled: bool,
}

impl<T> Drop for Entry<T> {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

pub struct TaskSet<T>(Vec<Entry<T>>);

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet(Vec::new())
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let (sender, value) = oneshot::channel();
        let handle = tokio::spawn(async move {
            let sender = sender;
            let result = task.await;
            // Nobody listens any more? Then nobody wants the value.
            let _ = sender.send(result);
        })
        .abort_handle();
        self.0.push(Entry { value, handle, cancelled: false });
        TaskId(self.0.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some(entry) = self.0.get_mut(id.0) else { return false };
        let stops = !entry.cancelled && !entry.handle.is_finished();
        if stops {
            entry.cancelled = true;
            entry.handle.abort();
        }
        stops
    }

    pub async fn gather(self) -> Vec<Result<T, TaskError>> {
        let mut entries = self.0;
        let mut results = Vec::with_capacity(entries.len());
        for entry in entries.iter_mut() {
            let value = (&mut entry.value).await;
            results.push(if entry.cancelled {
                Err(TaskError::Cancelled)
            } else {
                value.map_err(|_| TaskError::Panicked)
            });
        }
        results
    }
}
