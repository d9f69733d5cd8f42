//! futures' remote_handle: dropping the handle cancels the future. tokio's handle only says when it is gone.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use futures::future::RemoteHandle;
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

struct Scheduled<T> {
    /// Gone when cancelled: dropping it is what cancels.
    remote: Option<RemoteHandle<T>>,
    ended: JoinHandle<()>,
}

pub struct TaskSet<T> {
    scheduled: Vec<Scheduled<T>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { scheduled: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let id = TaskId(self.scheduled.len());
        let (future, remote) = task.remote_handle();
        self.scheduled.push(Scheduled { remote: Some(remote), ended: tokio::spawn(future) });
        id
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        self.scheduled
            .get_mut(id.0)
            .filter(|scheduled| !scheduled.ended.is_finished())
            .and_then(|scheduled| scheduled.remote.take())
            .is_some()
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for Scheduled { remote, ended } in &mut self.scheduled {
            // Panics are caught inside, so this cannot fail.
            ended.await.expect("the task has ended");
            results.push(match remote.take() {
                None => Err(TaskError::Cancelled),
                Some(remote) => {
                    AssertUnwindSafe(remote).catch_unwind().await.map_err(|_| TaskError::Panicked)
                }
            });
        }
        results
    }
}
