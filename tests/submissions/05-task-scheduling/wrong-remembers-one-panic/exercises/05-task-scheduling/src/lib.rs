//! The results are in slots. The task that panicked is remembered; a slot that is empty otherwise is one that was cancelled.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures::FutureExt;
use tokio::task::JoinHandle;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    Cancelled,
    Panicked,
}

pub struct TaskSet<T> {
    handles: Vec<(JoinHandle<()>, bool)>,
    slots: Arc<Mutex<Vec<Option<T>>>>,
    panicked: Arc<Mutex<Option<usize>>>,
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for (handle, _) in &self.handles {
            handle.abort();
        }
    }
}

impl<T: Send + 'static> TaskSet<T> {
    #[must_use]
    pub fn new() -> Self {
        Self { handles: Vec::new(), slots: Arc::default(), panicked: Arc::default() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let id = self.handles.len();
        self.slots.lock().unwrap().push(None);
        let (slots, panicked) = (Arc::clone(&self.slots), Arc::clone(&self.panicked));
        let handle = tokio::spawn(async move {
            match AssertUnwindSafe(task).catch_unwind().await {
                Ok(value) => slots.lock().unwrap()[id] = Some(value),
                Err(_) => *panicked.lock().unwrap() = Some(id), // the last one alone
            }
        });
        self.handles.push((handle, false));
        TaskId(id)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        match self.handles.get_mut(id.0) {
            Some((handle, cancelled)) if !*cancelled && !handle.is_finished() => {
                handle.abort();
                *cancelled = true;
                true
            }
            _ => false,
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        for (handle, _) in &mut self.handles {
            let _ = handle.await;
        }
        let panicked = *self.panicked.lock().unwrap();
        let slots = std::mem::take(&mut *self.slots.lock().unwrap());
        let result = |(id, slot): (usize, Option<T>)| match slot {
            Some(value) => Ok(value),
            None if panicked == Some(id) => Err(TaskError::Panicked),
            None => Err(TaskError::Cancelled),
        };
        slots.into_iter().enumerate().map(result).collect()
    }
}

impl<T: Send + 'static> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}
