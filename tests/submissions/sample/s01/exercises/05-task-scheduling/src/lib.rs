//! A JoinSet, and a map from tokio's task ids back to mine.

use std::collections::HashMap;

use tokio::task::{AbortHandle, Id, JoinSet};

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
    set: JoinSet<T>,
    places: HashMap<Id, usize>,
    /// None once cancelled.
    abort: Vec<Option<AbortHandle>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { set: JoinSet::new(), places: HashMap::new(), abort: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let place = self.abort.len();
        let handle = self.set.spawn(task);
        self.places.insert(handle.id(), place);
        self.abort.push(Some(handle));
        TaskId(place)
    }

    pub fn cancel(&mut self, TaskId(place): TaskId) -> bool {
        let Some(entry) = self.abort.get_mut(place) else {
            return false;
        };
        match entry.take_if(|handle| !handle.is_finished()) {
            Some(handle) => {
                handle.abort();
                true
            }
            None => false,
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results: Vec<Option<Result<T, TaskError>>> = self.abort.iter().map(|_| None).collect();
        while let Some(joined) = self.set.join_next_with_id().await {
            let (id, result) = match joined {
                Ok((id, value)) => (id, Ok(value)),
                Err(error) if error.is_panic() => (error.id(), Err(TaskError::Panicked)),
                Err(error) => (error.id(), Err(TaskError::Cancelled)),
            };
            let place = self.places[&id];
            // What `cancel` has answered, holds.
            let stopped = self.abort[place].is_none();
            results[place] = Some(if stopped { Err(TaskError::Cancelled) } else { result });
        }
        results.into_iter().map(|result| result.expect("every task was joined")).collect()
    }
}
