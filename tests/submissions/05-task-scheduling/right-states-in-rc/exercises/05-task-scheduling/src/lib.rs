//! The state of each task is an enum, in a module of its own. The set shares it by Rc, so it is not Send.

mod task;

use std::cell::RefCell;
use std::rc::Rc;

use task::Task;

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
    tasks: Rc<RefCell<Vec<Task<T>>>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { tasks: Rc::new(RefCell::new(Vec::new())) }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut tasks = self.tasks.borrow_mut();
        tasks.push(Task::start(task));
        TaskId(tasks.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        self.tasks.borrow_mut().get_mut(id.0).is_some_and(Task::cancel)
    }

    pub async fn gather(self) -> Vec<Result<T, TaskError>> {
        let tasks = Rc::clone(&self.tasks).take();
        let mut results = Vec::with_capacity(tasks.len());
        let mut rest = tasks.into_iter();
        // The tasks not yet awaited stay in the iterator: dropped with it, they stop.
        while let Some(mut task) = rest.next() {
            results.push(task.result().await);
        }
        results
    }
}
