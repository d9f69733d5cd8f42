//! Every task listens for a stop message beside its work. Dropping the sender counts as one.

use tokio::sync::oneshot::{self, Sender};
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

struct Running<T> {
    stop: Option<Sender<()>>,
    handle: JoinHandle<Option<T>>,
}

pub struct TaskSet<T> {
    running: Vec<Running<T>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { running: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let (stop, stopped) = oneshot::channel();
        let handle = tokio::spawn(async move {
            tokio::select! {
                // The stop message is looked at first, so a task stopped before its start does not start.
                biased;
                _ = stopped => None,
                value = task => Some(value),
            }
        });
        self.running.push(Running { stop: Some(stop), handle });
        TaskId(self.running.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some(running) = self.running.get_mut(id.0) else { return false };
        if running.handle.is_finished() {
            return false;
        }
        match running.stop.take() {
            Some(stop) => {
                let _ = stop.send(());
                true
            }
            None => false,
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for running in self.running.iter_mut() {
            let joined = (&mut running.handle).await;
            results.push(match (joined, &running.stop) {
                (_, None) => Err(TaskError::Cancelled),
                (Ok(Some(value)), _) => Ok(value),
                (Ok(None), _) => Err(TaskError::Cancelled),
                (Err(_), _) => Err(TaskError::Panicked),
            });
        }
        results
    }
}
