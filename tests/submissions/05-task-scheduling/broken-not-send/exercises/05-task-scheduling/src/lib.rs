//! Keeps the value in an Rc inside the task: tokio::spawn wants a future that can be sent.

use std::cell::RefCell;
use std::rc::Rc;

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
    handles: Vec<JoinHandle<()>>,
    values: Vec<Rc<RefCell<Option<T>>>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { handles: vec![], values: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let value = Rc::new(RefCell::new(None));
        let place = Rc::clone(&value);
        self.handles.push(tokio::spawn(async move {
            *place.borrow_mut() = Some(task.await);
        }));
        self.values.push(value);
        TaskId(self.handles.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        self.handles.get(id.0).map(JoinHandle::abort).is_some()
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::new();
        for (handle, value) in self.handles.iter_mut().zip(&self.values) {
            let _ = handle.await;
            results.push(value.take().ok_or(TaskError::Panicked));
        }
        results
    }
}
