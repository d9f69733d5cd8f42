//! while let: receive, work, again. (The guard in the head of a while let lives to the end of its body.)

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

pub struct ThreadPool {
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

fn work(inbox: &Mutex<Receiver<Job>>) {
    while let Ok(job) = inbox.lock().unwrap().recv() {
        job();
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let (jobs, inbox) = channel::<Job>();
        let inbox = Arc::new(Mutex::new(inbox));
        let threads = (0..workers)
            .map(|_| {
                let inbox = inbox.clone();
                thread::spawn(move || work(&inbox))
            })
            .collect();
        Self { jobs: Some(jobs), threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (sender, result) = channel();
        let over = Arc::new(AtomicBool::new(false));
        let told = over.clone();
        let job: Job = Box::new(move || {
            let outcome = catch_unwind(AssertUnwindSafe(job));
            told.store(true, Ordering::SeqCst);
            let _ = sender.send(outcome);
        });
        self.jobs.as_ref().unwrap().send(job).unwrap();
        JobHandle { result, over }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

pub struct JobHandle<T> {
    result: Receiver<thread::Result<T>>,
    over: Arc<AtomicBool>,
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        match self.result.recv() {
            Ok(Ok(value)) => Ok(value),
            _ => Err(JobPanicked),
        }
    }
}
