//! All tasks share a lock that each keeps until its end. They start in the background, but one after another.

use std::sync::Arc;

use tokio::sync::Mutex;
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
    turn: Arc<Mutex<()>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { tasks: Vec::new(), turn: Arc::default() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let turn = Arc::clone(&self.turn);
        let handle = tokio::spawn(async move {
            let _mine = turn.lock().await;
            task.await
        });
        self.tasks.push(Task { handle, cancelled: false });
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
