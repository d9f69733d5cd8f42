//! Each worker has a letter box. Idle workers stand in a line; a job goes to the first of them, or waits in the queue if there is none.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

struct Office {
    waiting: VecDeque<Job>,
    idle: VecDeque<Sender<Job>>,
    closing: bool,
}

pub struct ThreadPool {
    office: Arc<Mutex<Office>>,
    workers: Vec<JoinHandle<()>>,
}

pub struct JobHandle<T> {
    result: Arc<OnceLock<Mutex<Option<T>>>>,
}

fn work(office: &Mutex<Office>) {
    loop {
        let (mine, letters) = channel();
        let job = {
            let mut office = office.lock().unwrap();
            let job = office.waiting.pop_front();
            if job.is_none() {
                if office.closing {
                    return;
                }
                office.idle.push_back(mine);
            }
            job
        };
        // A closed letter box is the end of the pool.
        let Some(job) = job.or_else(|| letters.recv().ok()) else { return };
        job();
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers >= 1, "workers: at least 1");
        let office = Office { waiting: VecDeque::new(), idle: VecDeque::new(), closing: false };
        let office = Arc::new(Mutex::new(office));
        let workers = std::iter::repeat_with(|| Arc::clone(&office))
            .take(workers)
            .map(|office| thread::spawn(move || work(&office)))
            .collect();
        Self { office, workers }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let result = Arc::new(OnceLock::new());
        let place = Arc::clone(&result);
        let job: Job = Box::new(move || {
            let value = catch_unwind(AssertUnwindSafe(job)).ok();
            let _ = place.set(Mutex::new(value));
        });
        let mut office = self.office.lock().unwrap();
        match office.idle.pop_front() {
            Some(worker) => worker.send(job).expect("it waits for it"),
            None => office.waiting.push_back(job),
        }
        JobHandle { result }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        {
            let mut office = self.office.lock().unwrap();
            office.closing = true;
            office.idle.clear();
        }
        for worker in std::mem::take(&mut self.workers) {
            worker.join().expect("jobs' panics are caught");
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.result.get().is_some()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        self.result.wait().lock().unwrap().take().ok_or(JobPanicked)
    }
}
