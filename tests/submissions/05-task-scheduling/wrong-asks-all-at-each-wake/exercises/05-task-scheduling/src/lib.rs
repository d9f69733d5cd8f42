//! A join of one's own: whenever anything wakes it, `gather` polls every handle that has not answered yet.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

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

enum State<T> {
    Running(JoinHandle<T>),
    Cancelled(JoinHandle<T>),
    Ended(Option<Result<T, TaskError>>),
}

pub struct TaskSet<T> {
    states: Vec<State<T>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        TaskSet { states: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.states.push(State::Running(tokio::spawn(task)));
        TaskId(self.states.len() - 1)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some(state) = self.states.get_mut(id.0) else { return false };
        match std::mem::replace(state, State::Ended(None)) {
            State::Running(handle) if !handle.is_finished() => {
                handle.abort();
                *state = State::Cancelled(handle);
                true
            }
            other => {
                *state = other;
                false
            }
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        poll_fn(|cx| {
            let mut all = true;
            for state in &mut self.states {
                let (handle, cancelled) = match state {
                    State::Running(handle) => (handle, false),
                    State::Cancelled(handle) => (handle, true),
                    State::Ended(_) => continue,
                };
                match Pin::new(handle).poll(cx) {
                    Poll::Pending => all = false,
                    Poll::Ready(Ok(value)) if !cancelled => *state = State::Ended(Some(Ok(value))),
                    Poll::Ready(Err(error)) if !cancelled && error.is_panic() => {
                        *state = State::Ended(Some(Err(TaskError::Panicked)));
                    }
                    Poll::Ready(_) => *state = State::Ended(Some(Err(TaskError::Cancelled))),
                }
            }
            if all { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        std::mem::take(&mut self.states)
            .into_iter()
            .map(|state| match state {
                State::Ended(Some(result)) => result,
                _ => Err(TaskError::Cancelled),
            })
            .collect()
    }
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for state in &self.states {
            if let State::Running(handle) | State::Cancelled(handle) = state {
                handle.abort();
            }
        }
    }
}
