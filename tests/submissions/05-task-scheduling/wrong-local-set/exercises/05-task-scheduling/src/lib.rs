//! The tasks go into a LocalSet. It is polled in gather only, so they sleep until then.

use tokio::task::{JoinHandle, LocalSet};

/// A task's number in its set: 0, 1, 2, … in creation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);

/// Why a task has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    Cancelled,
    Panicked,
}

struct Task<T> {
    handle: JoinHandle<T>,
    cancelled: bool,
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

pub struct TaskSet<T> {
    tasks: Vec<Task<T>>,
    local: LocalSet,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { tasks: Vec::new(), local: LocalSet::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.tasks.push(Task { handle: self.local.spawn_local(task), cancelled: false });
        TaskId(self.tasks.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        match self.tasks.get_mut(id.0) {
            Some(task) if !task.cancelled && !task.handle.is_finished() => {
                task.cancelled = true;
                task.handle.abort();
                true
            }
            _ => false,
        }
    }

    pub async fn gather(self) -> Vec<Result<T, TaskError>> {
        let mut tasks = self.tasks;
        self.local
            .run_until(async move {
                let mut results = vec![];
                for task in &mut tasks {
                    let ended = (&mut task.handle).await;
                    results.push(match ended {
                        Ok(value) if !task.cancelled => Ok(value),
                        Err(error) if error.is_panic() && !task.cancelled => Err(TaskError::Panicked),
                        _ => Err(TaskError::Cancelled),
                    });
                }
                results
            })
            .await
    }
}
