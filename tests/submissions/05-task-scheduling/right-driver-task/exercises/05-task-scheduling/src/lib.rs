//! One background task drives them all: new futures reach it over a channel and run in a FuturesUnordered.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures::FutureExt;
use futures::future::{AbortHandle, BoxFuture, abortable};
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
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

type Board<T> = Arc<Mutex<Vec<Option<Result<T, TaskError>>>>>;

pub struct TaskSet<T> {
    board: Board<T>,
    stop: Vec<AbortHandle>,
    driver: Option<Driver>,
}

struct Driver {
    sender: Option<UnboundedSender<BoxFuture<'static, ()>>>,
    handle: JoinHandle<()>,
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

impl Driver {
    fn start() -> Self {
        let (sender, receiver) = unbounded_channel();
        Driver { sender: Some(sender), handle: tokio::spawn(drive(receiver)) }
    }
}

async fn drive(mut incoming: UnboundedReceiver<BoxFuture<'static, ()>>) {
    let mut running = FuturesUnordered::new();
    let mut open = true;
    while open || !running.is_empty() {
        tokio::select! {
            biased;
            task = incoming.recv(), if open => match task {
                Some(task) => running.push(task),
                None => open = false,
            },
            Some(()) = running.next(), if !running.is_empty() => {}
        }
    }
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        // The driver starts with the first task: a set may be made outside a runtime.
        TaskSet { board: Arc::default(), stop: Vec::new(), driver: None }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let number = self.stop.len();
        self.board.lock().unwrap().push(None);
        let board = Arc::clone(&self.board);
        let (task, stop) = abortable(AssertUnwindSafe(task).catch_unwind());
        self.stop.push(stop);
        let noted = async move {
            if let Ok(ended) = task.await {
                board.lock().unwrap()[number].get_or_insert(ended.map_err(|_| TaskError::Panicked));
            }
        };
        let driver = self.driver.get_or_insert_with(Driver::start);
        let sender = driver.sender.as_ref().expect("open until gather");
        if sender.send(noted.boxed()).is_err() {
            panic!("the driver is gone");
        }
        TaskId(number)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let mut board = self.board.lock().unwrap();
        match board.get_mut(id.0) {
            Some(result @ None) => {
                *result = Some(Err(TaskError::Cancelled));
                self.stop[id.0].abort();
                true
            }
            _ => false,
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        if let Some(driver) = &mut self.driver {
            driver.sender = None;
            (&mut driver.handle).await.expect("the driver does not panic");
        }
        let board = std::mem::take(&mut *self.board.lock().unwrap());
        board.into_iter().map(|result| result.expect("noted")).collect()
    }
}
