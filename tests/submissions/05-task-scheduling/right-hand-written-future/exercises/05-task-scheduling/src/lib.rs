//! A future of my own around each task: it polls the body, catches its panic, and lets go of it when told to.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use std::future::poll_fn;

/// A task's number in its set: 0, 1, 2, … in creation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);

/// Why a task has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    Cancelled,
    Panicked,
}

struct State<T> {
    outcome: Option<Result<T, TaskError>>,
    /// The body has been dropped.
    gone: bool,
    task: Option<Waker>,
    gather: Option<Waker>,
}

struct Shared<T>(Mutex<State<T>>);

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap()
    }

    fn stop(&self) -> bool {
        let mut state = self.state();
        if state.gone || state.outcome.is_some() {
            return false;
        }
        state.outcome = Some(Err(TaskError::Cancelled));
        if let Some(waker) = state.task.take() {
            waker.wake();
        }
        true
    }
}

struct Watched<T> {
    body: Option<Pin<Box<dyn Future<Output = T> + Send>>>,
    shared: Arc<Shared<T>>,
}

impl<T> Future for Watched<T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let stopped = {
            let mut state = self.shared.state();
            state.task = Some(cx.waker().clone());
            state.outcome.is_some()
        };
        let mut outcome = None;
        if !stopped {
            let Some(body) = &mut self.body else { return Poll::Ready(()) };
            outcome = match catch_unwind(AssertUnwindSafe(|| body.as_mut().poll(cx))) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(value)) => Some(Ok(value)),
                Err(_) => Some(Err(TaskError::Panicked)),
            };
        }
        self.body = None;
        let mut state = self.shared.state();
        if state.outcome.is_none() {
            state.outcome = outcome;
        }
        state.gone = true;
        if let Some(waker) = state.gather.take() {
            waker.wake();
        }
        Poll::Ready(())
    }
}

pub struct TaskSet<T> {
    tasks: Vec<Arc<Shared<T>>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { tasks: Vec::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let state = State { outcome: None, gone: false, task: None, gather: None };
        let shared = Arc::new(Shared(Mutex::new(state)));
        tokio::spawn(Watched { body: Some(Box::pin(task)), shared: shared.clone() });
        self.tasks.push(shared);
        TaskId(self.tasks.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        self.tasks.get(id.0).is_some_and(|task| task.stop())
    }

    pub async fn gather(self) -> Vec<Result<T, TaskError>> {
        let mut results = Vec::with_capacity(self.tasks.len());
        for task in &self.tasks {
            let outcome = poll_fn(|cx| {
                let mut state = task.state();
                if state.gone {
                    return Poll::Ready(state.outcome.take());
                }
                state.gather = Some(cx.waker().clone());
                Poll::Pending
            });
            results.push(outcome.await.expect("an ended task has an outcome"));
        }
        results
    }
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.stop();
        }
    }
}
