//! Each worker has a channel of its own, without a lock; jobs are dealt out in turn, like cards.

use crossbeam::channel::{Receiver, Sender, bounded, unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

pub struct ThreadPool {
    lanes: Vec<Sender<Job>>,
    next: AtomicUsize,
    threads: Vec<JoinHandle<()>>,
}

pub struct JobHandle<T>(Receiver<Result<T, JobPanicked>>);

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let mut lanes = Vec::new();
        let mut threads = Vec::new();
        for _ in 0..workers {
            let (lane, jobs) = unbounded::<Job>();
            lanes.push(lane);
            threads.push(thread::spawn(move || jobs.iter().for_each(|job| job())));
        }
        Self { lanes, next: AtomicUsize::new(0), threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (sender, receiver) = bounded(1);
        let lane = self.next.fetch_add(1, Ordering::Relaxed) % self.lanes.len();
        let job = move || {
            let _ = sender.send(catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked));
        };
        self.lanes[lane].send(Box::new(job)).unwrap();
        JobHandle(receiver)
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.lanes.clear();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        !self.0.is_empty()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        self.0.recv().unwrap_or(Err(JobPanicked))
    }
}
