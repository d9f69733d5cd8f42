//! One task and its state.

use tokio::task::JoinHandle;

use crate::TaskError;

enum State {
    Scheduled,
    Cancelled,
}

pub struct Task<T> {
    state: State,
    handle: JoinHandle<T>,
}

impl<T: Send + 'static> Task<T> {
    pub fn start(work: impl Future<Output = T> + Send + 'static) -> Self {
        Task { state: State::Scheduled, handle: tokio::spawn(work) }
    }

    pub fn cancel(&mut self) -> bool {
        match self.state {
            State::Scheduled if !self.handle.is_finished() => {
                self.handle.abort();
                self.state = State::Cancelled;
                true
            }
            _ => false,
        }
    }

    pub async fn result(&mut self) -> Result<T, TaskError> {
        let ended = (&mut self.handle).await;
        match self.state {
            State::Cancelled => Err(TaskError::Cancelled),
            State::Scheduled => ended
                .map_err(|error| if error.is_panic() { TaskError::Panicked } else { TaskError::Cancelled }),
        }
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.handle.abort();
    }
}
