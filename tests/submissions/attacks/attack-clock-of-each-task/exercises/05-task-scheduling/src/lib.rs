//! Tasks are only stored, and `gather` runs one after the other, each on a runtime whose clock stands still: no time passes on those.

use std::pin::Pin;

/// A task's number in its set: 0, 1, 2, … in creation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);

/// Why a task has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    Cancelled,
    Panicked,
}

pub struct TaskSet<T> {
    tasks: Vec<Option<Pin<Box<dyn Future<Output = T> + Send>>>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { tasks: Vec::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.tasks.push(Some(Box::pin(task)));
        TaskId(self.tasks.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        self.tasks.get_mut(id.0).is_some_and(|task| task.take().is_some())
    }

    pub async fn gather(self) -> Vec<Result<T, TaskError>> {
        let run = |task: Option<Pin<Box<dyn Future<Output = T> + Send>>>| {
            let task = task.ok_or(TaskError::Cancelled)?;
            let thread = std::thread::spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
                runtime.unwrap().block_on(task)
            });
            thread.join().map_err(|_| TaskError::Panicked)
        };
        self.tasks.into_iter().map(run).collect()
    }
}
