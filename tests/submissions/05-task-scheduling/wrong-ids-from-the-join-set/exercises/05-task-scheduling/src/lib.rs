//! The set knows how many tasks it has, so it knows the next id. What `cancel` has taken out of it does not count any more.

use std::collections::HashMap;

use tokio::task::{AbortHandle, Id, JoinError, JoinSet};

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

/// Tasks that run in the background from the moment they are created.
pub struct TaskSet<T> {
    running: JoinSet<T>,
    ids: HashMap<Id, usize>,
    handles: HashMap<usize, AbortHandle>,
    ended: HashMap<usize, Result<T, TaskError>>,
}

impl<T: Send + 'static> TaskSet<T> {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self { running: JoinSet::new(), ids: HashMap::new(), handles: HashMap::new(), ended: HashMap::new() }
    }

    /// Schedules `task` at once: it runs without being awaited.
    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let id = self.running.len();
        let handle = self.running.spawn(task);
        self.ids.insert(handle.id(), id);
        self.handles.insert(id, handle);
        TaskId(id)
    }

    fn note(&mut self, joined: Result<(Id, T), JoinError>) {
        let (id, result) = match joined {
            Ok((id, value)) => (id, Ok(value)),
            Err(error) => (error.id(), Err(TaskError::Panicked)),
        };
        self.ended.entry(self.ids[&id]).or_insert(result);
    }

    /// Stops a task that has not finished: true if this stopped it, false if it had finished or is unknown.
    pub fn cancel(&mut self, id: TaskId) -> bool {
        while let Some(joined) = self.running.try_join_next_with_id() {
            self.note(joined);
        }
        let Some(handle) = self.handles.get(&id.0).filter(|_| !self.ended.contains_key(&id.0)) else {
            return false;
        };
        handle.abort();
        self.ended.insert(id.0, Err(TaskError::Cancelled));
        true
    }

    /// Waits for every task; result i belongs to the i-th task created.
    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        while let Some(joined) = self.running.join_next_with_id().await {
            self.note(joined);
        }
        let mut ended: Vec<_> = self.ended.into_iter().collect();
        ended.sort_by_key(|(id, _)| *id);
        ended.into_iter().map(|(_, result)| result).collect()
    }
}

impl<T: Send + 'static> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}
