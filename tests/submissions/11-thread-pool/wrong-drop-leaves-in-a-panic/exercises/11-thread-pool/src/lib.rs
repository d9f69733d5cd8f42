//! In a panic there is no time to wait for jobs: then the drop goes on at once.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    bell: Condvar,
}

struct Slot<T> {
    result: Mutex<Option<Result<T, Box<dyn Any + Send>>>>,
    ready: Condvar,
}

pub struct ThreadPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

pub struct JobHandle<T> {
    slot: Arc<Slot<T>>,
}

fn work(shared: &Shared) {
    loop {
        let mut queue = shared.queue.lock().unwrap();
        let job = loop {
            if let Some(job) = queue.jobs.pop_front() {
                break job;
            }
            if queue.closed {
                return;
            }
            queue = shared.bell.wait(queue).unwrap();
        };
        drop(queue);
        job();
    }
}

impl ThreadPool {
    #[must_use]
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must not be 0");
        let shared = Arc::new(Shared::default());
        let threads = (0..workers)
            .map(|_| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || work(&shared))
            })
            .collect();
        Self { shared, threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let slot = Arc::new(Slot { result: Mutex::new(None), ready: Condvar::new() });
        let there = Arc::clone(&slot);
        let job: Job = Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(job));
            *there.result.lock().unwrap() = Some(result);
            there.ready.notify_all();
        });
        self.shared.queue.lock().unwrap().jobs.push_back(job);
        self.shared.bell.notify_one();
        JobHandle { slot }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.queue.lock().unwrap().closed = true;
        if thread::panicking() {
            return;
        }
        self.shared.bell.notify_all();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl<T> JobHandle<T> {
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.slot.result.lock().unwrap().is_some()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        let mut result = self.slot.result.lock().unwrap();
        while result.is_none() {
            result = self.slot.ready.wait(result).unwrap();
        }
        result.take().unwrap().map_err(|_| JobPanicked)
    }
}
