//! A worker that panics is replaced at the next submit. (The old one is still in the list, and join gives its panic.)

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
    inbox: Arc<Mutex<Receiver<Job>>>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

fn work(inbox: &Mutex<Receiver<Job>>) {
    loop {
        let job = inbox.lock().unwrap().recv();
        match job {
            Ok(job) => job(),
            Err(_) => return,
        }
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let (jobs, inbox) = channel::<Job>();
        let pool = Self { jobs: Some(jobs), inbox: Arc::new(Mutex::new(inbox)), threads: Arc::default() };
        for _ in 0..workers {
            start(&pool.inbox, &pool.threads);
        }
        pool
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (sender, result) = channel();
        let over = Arc::new(AtomicBool::new(false));
        let told = over.clone();
        let (inbox, threads) = (self.inbox.clone(), self.threads.clone());
        let job: Job = Box::new(move || {
            let outcome = catch_unwind(AssertUnwindSafe(job));
            told.store(true, Ordering::SeqCst);
            match outcome {
                Ok(value) => drop(sender.send(Ok(value))),
                Err(payload) => {
                    drop(sender);
                    start(&inbox, &threads);
                    std::panic::resume_unwind(payload);
                }
            }
        });
        self.jobs.as_ref().unwrap().send(job).unwrap();
        JobHandle { result, over }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.jobs = None;
        loop {
            let Some(thread) = self.threads.lock().unwrap().pop() else { return };
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

fn start(inbox: &Arc<Mutex<Receiver<Job>>>, threads: &Mutex<Vec<JoinHandle<()>>>) {
    let inbox = inbox.clone();
    threads.lock().unwrap().push(thread::spawn(move || work(&inbox)));
}
