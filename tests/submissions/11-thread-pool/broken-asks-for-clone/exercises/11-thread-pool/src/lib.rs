//! The result stays in its place, so that wait can be called again; each caller gets a clone.

use crossbeam::channel::{Sender, unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

pub struct ThreadPool {
    jobs: Option<Sender<Box<dyn FnOnce() + Send>>>,
    threads: Vec<JoinHandle<()>>,
}

pub struct JobHandle<T> {
    result: Arc<OnceLock<Result<T, JobPanicked>>>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let (jobs, inbox) = unbounded::<Box<dyn FnOnce() + Send>>();
        let work = move |_| {
            let inbox = inbox.clone();
            thread::spawn(move || inbox.into_iter().for_each(|job| job()))
        };
        Self { jobs: Some(jobs), threads: (0..workers).map(work).collect() }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Clone + Send + Sync + 'static,
    {
        let result = Arc::new(OnceLock::new());
        let place = result.clone();
        let job = move || drop(place.set(catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked)));
        self.jobs.as_ref().unwrap().send(Box::new(job)).unwrap();
        JobHandle { result }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.jobs = None;
        self.threads.drain(..).for_each(|thread| thread.join().unwrap());
    }
}

impl<T: Clone> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.result.get().is_some()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        self.result.wait().clone()
    }
}
