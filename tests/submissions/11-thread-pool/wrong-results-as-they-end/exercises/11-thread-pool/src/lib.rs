//! One channel for results, as in exercise 02. Each handle takes one of them. (Which one, depends on who ends first.)

use crossbeam::channel::{Receiver, Sender, unbounded};
use std::any::Any;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Anything = Box<dyn Any + Send>;
type Job = Box<dyn FnOnce() + Send>;

pub struct ThreadPool {
    jobs: Option<Sender<Job>>,
    report: Sender<Result<Anything, JobPanicked>>,
    reports: Receiver<Result<Anything, JobPanicked>>,
    threads: Vec<JoinHandle<()>>,
}

pub struct JobHandle<T> {
    reports: Receiver<Result<Anything, JobPanicked>>,
    over: Arc<AtomicBool>,
    kind: PhantomData<T>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let (jobs, inbox) = unbounded::<Job>();
        let (report, reports) = unbounded();
        let threads = (0..workers)
            .map(|_| {
                let inbox = inbox.clone();
                thread::spawn(move || inbox.into_iter().for_each(|job| job()))
            })
            .collect();
        Self { jobs: Some(jobs), report, reports, threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let report = self.report.clone();
        let over = Arc::new(AtomicBool::new(false));
        let flag = over.clone();
        let job = move || {
            let result = catch_unwind(AssertUnwindSafe(job));
            flag.store(true, Ordering::SeqCst);
            let _ = report.send(result.map(|value| Box::new(value) as Anything).map_err(|_| JobPanicked));
        };
        self.jobs.as_ref().unwrap().send(Box::new(job)).unwrap();
        JobHandle { reports: self.reports.clone(), over, kind: PhantomData }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.jobs = None;
        self.threads.drain(..).for_each(|thread| thread.join().unwrap());
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }
}

impl<T: 'static> JobHandle<T> {
    pub fn wait(self) -> Result<T, JobPanicked> {
        let value = self.reports.recv().map_err(|_| JobPanicked)??;
        value.downcast().map(|value| *value).map_err(|_| JobPanicked)
    }
}
