//! Whatever happens to a task, its report is sent: by the task itself, or by the report's Drop.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
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

type Message<T> = (usize, Result<T, TaskError>);

struct Report<T> {
    number: usize,
    sender: UnboundedSender<Message<T>>,
    sent: bool,
}

impl<T> Report<T> {
    fn send(&mut self, result: Result<T, TaskError>) {
        self.sent = true;
        let _ = self.sender.send((self.number, result));
    }
}

impl<T> Drop for Report<T> {
    fn drop(&mut self) {
        if !self.sent {
            let why = if std::thread::panicking() { TaskError::Panicked } else { TaskError::Cancelled };
            self.send(Err(why));
        }
    }
}

pub struct TaskSet<T> {
    sender: UnboundedSender<Message<T>>,
    receiver: UnboundedReceiver<Message<T>>,
    tasks: Vec<(AbortHandle, bool)>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        let (sender, receiver) = unbounded_channel();
        TaskSet { sender, receiver, tasks: vec![] }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let number = self.tasks.len();
        let mut report = Report { number, sender: self.sender.clone(), sent: false };
        let handle = tokio::spawn(async move {
            let value = task.await;
            report.send(Ok(value));
        });
        self.tasks.push((handle.abort_handle(), false));
        TaskId(number)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        match self.tasks.get_mut(id.0) {
            Some((handle, cancelled @ false)) if !handle.is_finished() => {
                handle.abort();
                *cancelled = true;
                true
            }
            _ => false,
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut results: Vec<_> = self.tasks.iter().map(|_| Err(TaskError::Cancelled)).collect();
        for _ in 0..self.tasks.len() {
            let (number, result) = self.receiver.recv().await.expect("one report per task");
            if !self.tasks[number].1 {
                results[number] = result;
            }
        }
        results
    }
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for (handle, _) in &self.tasks {
            handle.abort();
        }
    }
}
