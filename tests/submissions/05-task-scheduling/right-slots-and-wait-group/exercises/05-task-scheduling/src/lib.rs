//! Tasks catch their own panics and write into slots. A channel on which nobody ever sends tells when all are gone.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures::FutureExt;
use tokio::sync::mpsc;
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

enum Slot<T> {
    Running(Option<AbortHandle>),
    Ended(Result<T, TaskError>),
}

pub struct TaskSet<T> {
    slots: Arc<Mutex<Vec<Slot<T>>>>,
    alive: Option<mpsc::Sender<Infallible>>,
    all_gone: mpsc::Receiver<Infallible>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        let (alive, all_gone) = mpsc::channel(1);
        TaskSet { slots: Arc::default(), alive: Some(alive), all_gone }
    }

    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        let number = {
            let mut slots = self.slots.lock().unwrap();
            slots.push(Slot::Running(None));
            slots.len() - 1
        };
        let slots = Arc::clone(&self.slots);
        let alive = self.alive.clone();
        let handle = tokio::spawn(async move {
            let ended = AssertUnwindSafe(task).catch_unwind().await;
            let slot = &mut slots.lock().unwrap()[number];
            if let Slot::Running(_) = slot {
                *slot = Slot::Ended(ended.map_err(|_| TaskError::Panicked));
            }
            drop(alive);
        });
        let slot = &mut self.slots.lock().unwrap()[number];
        if let Slot::Running(place) = slot {
            *place = Some(handle.abort_handle());
        }
        TaskId(number)
    }

    pub fn cancel(&mut self, id: TaskId) -> bool {
        let mut slots = self.slots.lock().unwrap();
        match slots.get_mut(id.0) {
            Some(slot @ Slot::Running(_)) => {
                if let Slot::Running(Some(handle)) = slot {
                    handle.abort();
                }
                *slot = Slot::Ended(Err(TaskError::Cancelled));
                true
            }
            _ => false,
        }
    }

    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        self.alive = None;
        // Every task holds a sender, cancelled ones until they are really dropped. It ends when none is left.
        self.all_gone.recv().await;
        let slots = std::mem::take(&mut *self.slots.lock().unwrap());
        slots
            .into_iter()
            .map(|slot| match slot {
                Slot::Ended(result) => result,
                Slot::Running(_) => Err(TaskError::Cancelled),
            })
            .collect()
    }
}

impl<T> Drop for TaskSet<T> {
    fn drop(&mut self) {
        for slot in self.slots.lock().unwrap().iter() {
            if let Slot::Running(Some(handle)) = slot {
                handle.abort();
            }
        }
    }
}
