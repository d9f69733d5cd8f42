//! The pool of the Rust book: a channel of boxed closures, whose receiver all workers share. The lock is held for recv and not for the job.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send + 'static>;

pub struct ThreadPool {
    sender: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

pub struct JobHandle<T> {
    result: Receiver<Result<T, JobPanicked>>,
    finished: Arc<AtomicBool>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be greater than zero");
        let (sender, receiver) = channel::<Job>();
        let receiver = Arc::new(Mutex::new(receiver));
        let mut threads = Vec::with_capacity(workers);
        for _ in 0..workers {
            let receiver = Arc::clone(&receiver);
            threads.push(thread::spawn(move || {
                loop {
                    let message = receiver.lock().unwrap().recv();
                    match message {
                        Ok(job) => job(),
                        Err(_) => break,
                    }
                }
            }));
        }
        Self { sender: Some(sender), threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (put, result) = sync_channel(1);
        let finished = Arc::new(AtomicBool::new(false));
        let flag = finished.clone();
        let job = move || {
            let outcome = catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked);
            flag.store(true, Ordering::Release);
            let _ = put.send(outcome);
        };
        self.sender.as_ref().unwrap().send(Box::new(job)).unwrap();
        JobHandle { result, finished }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        drop(self.sender.take());
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.finished.load(Ordering::Acquire)
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        self.result.recv().unwrap_or(Err(JobPanicked))
    }
}
