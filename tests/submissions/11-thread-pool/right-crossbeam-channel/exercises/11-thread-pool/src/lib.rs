//! crossbeam's channels have many receivers. A job that panics drops its sender, and the handle hears of it as a closed channel.

use crossbeam::channel::{Receiver, Sender, TryRecvError, bounded, unbounded};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{Builder, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Task = Box<dyn FnOnce() + Send>;

pub struct ThreadPool {
    tx: Option<Sender<Task>>,
    crew: Option<Vec<JoinHandle<()>>>,
}

enum Seen<T> {
    Nothing,
    Result(T),
    Panic,
}

pub struct JobHandle<T> {
    rx: Receiver<T>,
    /// What is_finished has already received.
    seen: RefCell<Seen<T>>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert_ne!(workers, 0, "workers");
        let (tx, rx) = unbounded::<Task>();
        let crew = (1..=workers)
            .map(|number| {
                let rx = rx.clone();
                Builder::new()
                    .name(format!("pool {number} of {workers}"))
                    .spawn(move || {
                        rx.iter().for_each(|task| {
                            // Whatever it was: the handle has been told by the sender's drop.
                            let _ = catch_unwind(AssertUnwindSafe(task));
                        })
                    })
                    .expect("the system has threads left")
            })
            .collect();
        Self { tx: Some(tx), crew: Some(crew) }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (result, rx) = bounded(1);
        let task = Box::new(move || drop(result.send(job())));
        if let Some(tx) = &self.tx {
            tx.send(task).expect("all workers listen");
        }
        JobHandle { rx, seen: RefCell::new(Seen::Nothing) }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.tx = None;
        for member in self.crew.take().into_iter().flatten() {
            member.join().expect("panics are caught");
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        let mut seen = self.seen.borrow_mut();
        if let Seen::Nothing = *seen {
            match self.rx.try_recv() {
                Ok(result) => *seen = Seen::Result(result),
                Err(TryRecvError::Disconnected) => *seen = Seen::Panic,
                Err(TryRecvError::Empty) => return false,
            }
        }
        true
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        match self.seen.into_inner() {
            Seen::Result(result) => Ok(result),
            Seen::Panic => Err(JobPanicked),
            Seen::Nothing => self.rx.recv().map_err(|_| JobPanicked),
        }
    }
}
