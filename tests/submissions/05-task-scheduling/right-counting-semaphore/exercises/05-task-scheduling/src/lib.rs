//! A semaphore that counts upwards: every task that is gone, for whatever reason, adds a permit; gather takes n.

use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;
use tokio::task::AbortHandle;

/// A task's number in its set: 0, 1, 2, … in creation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);

/// Why a task has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    Cancelled,
    Panicked,
}

struct Gone(Arc<Semaphore>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.add_permits(1);
    }
}

struct Job<T> {
    value: Arc<Mutex<Option<T>>>,
    handle: AbortHandle,
    cancelled: bool,
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

pub struct TaskSet<T> {
    jobs: Vec<Job<T>>,
    gone: Arc<Semaphore>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { jobs: vec![], gone: Arc::new(Semaphore::new(0)) }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let value = Arc::new(Mutex::new(None));
        let place = value.clone();
        let gone = Gone(self.gone.clone());
        let handle = tokio::spawn(async move {
            let _gone = gone;
            let done = task.await;
            *place.lock().unwrap() = Some(done);
        })
        .abort_handle();
        self.jobs.push(Job { value, handle, cancelled: false });
        TaskId(self.jobs.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        if let Some(job) = self.jobs.get_mut(id.0) {
            if !job.cancelled && !job.handle.is_finished() {
                job.handle.abort();
                job.cancelled = true;
                return true;
            }
        }
        false
    }

    pub async fn gather(self) -> Vec<Result<T, TaskError>> {
        let all = u32::try_from(self.jobs.len()).expect("fewer than four billion tasks");
        let _all_gone = self.gone.acquire_many(all).await.expect("never closed");
        self.jobs
            .iter()
            .map(|job| match job.value.lock().unwrap().take() {
                _ if job.cancelled => Err(TaskError::Cancelled),
                Some(value) => Ok(value),
                None => Err(TaskError::Panicked),
            })
            .collect()
    }
}
