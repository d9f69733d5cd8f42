//! the task carries a guard that files "panicked" unless the result was filed first; gather waits on a Notify until none is open
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;
use tokio::task::AbortHandle;

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

struct Board<T> {
    places: Vec<Option<Result<T, TaskError>>>,
    open: usize,
}

struct Shared<T> {
    board: Mutex<Board<T>>,
    bell: Notify,
}

struct Filing<T> {
    shared: Arc<Shared<T>>,
    place: usize,
}

impl<T> Filing<T> {
    fn file(&self, result: Result<T, TaskError>) {
        let mut board = self.shared.board.lock().unwrap();
        if board.places[self.place].is_none() {
            board.places[self.place] = Some(result);
        }
    }
}

impl<T> Drop for Filing<T> {
    fn drop(&mut self) {
        self.file(Err(TaskError::Panicked));
        let mut board = self.shared.board.lock().unwrap();
        board.open -= 1;
        if board.open == 0 {
            drop(board);
            self.shared.bell.notify_one();
        }
    }
}

pub struct TaskSet<T> {
    shared: Arc<Shared<T>>,
    aborts: Vec<AbortHandle>,
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        while let Some(abort) = self.aborts.pop() {
            abort.abort();
        }
    }
}

impl<T: Send + 'static> TaskSet<T> {
    #[must_use]
    pub fn new() -> Self {
        let board = Mutex::new(Board { places: Vec::new(), open: 0 });
        Self { shared: Arc::new(Shared { board, bell: Notify::new() }), aborts: Vec::new() }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let place = self.aborts.len();
        {
            let mut board = self.shared.board.lock().unwrap();
            board.places.push(None);
            board.open += 1;
        }
        let filing = Filing { shared: Arc::clone(&self.shared), place };
        let abort = tokio::spawn(async move {
            let value = task.await;
            filing.file(Ok(value));
        })
        .abort_handle();
        self.aborts.push(abort);
        TaskId(place)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let Some(abort) = self.aborts.get(id.0) else { return false };
        {
            let mut board = self.shared.board.lock().unwrap();
            let place = &mut board.places[id.0];
            if place.is_some() {
                return false;
            }
            *place = Some(Err(TaskError::Cancelled));
        }
        abort.abort();
        true
    }

    pub async fn gather(self) -> Vec<Result<T, TaskError>> {
        loop {
            {
                let mut board = self.shared.board.lock().unwrap();
                if board.open == 0 {
                    return board.places.drain(..).flatten().collect();
                }
            }
            self.shared.bell.notified().await;
        }
    }
}
/// Given: leave as it is.
impl<T: Send + 'static> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

