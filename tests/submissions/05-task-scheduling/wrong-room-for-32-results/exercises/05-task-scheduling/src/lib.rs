//! Believes that room for 32 results is enough: the next task that has finished waits in `send`, and counts as unfinished.
use tokio::sync::mpsc;
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
    handles: Vec<(JoinHandle<()>, bool)>,
    tx: mpsc::Sender<(usize, T)>,
    rx: mpsc::Receiver<(usize, T)>,
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
        let (tx, rx) = mpsc::channel(32);
        Self { handles: vec![], tx, rx }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let id = self.handles.len();
        let tx = self.tx.clone();
        let handle = tokio::spawn(async move {
            let value = task.await;
            let _ = tx.send((id, value)).await;
        });
        self.handles.push((handle, false));
        TaskId(id)
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
        let (closed, _) = mpsc::channel(1);
        drop(std::mem::replace(&mut self.tx, closed));
        let mut results: Vec<Result<T, TaskError>> = self
            .handles
            .iter()
            .map(|(_, cancelled)| Err(if *cancelled { TaskError::Cancelled } else { TaskError::Panicked }))
            .collect();
        while let Some((id, value)) = self.rx.recv().await {
            results[id] = Ok(value);
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

