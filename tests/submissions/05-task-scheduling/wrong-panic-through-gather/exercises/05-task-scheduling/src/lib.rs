//! Futures kept in a list and awaited in `gather`, which a task's panic goes right through.

use std::pin::Pin;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    Cancelled,
    Panicked,
}

pub struct TaskSet<T> {
    tasks: Vec<Option<Pin<Box<dyn Future<Output = T> + Send>>>>,
}

impl<T: Send + 'static> TaskSet<T> {
    #[must_use]
    pub fn new() -> Self {
        Self { tasks: Vec::new() }
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
        let mut results = Vec::new();
        for task in self.tasks {
            results.push(match task {
                Some(task) => Ok(task.await),
                None => Err(TaskError::Cancelled),
            });
        }
        results
    }
}

impl<T: Send + 'static> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}
