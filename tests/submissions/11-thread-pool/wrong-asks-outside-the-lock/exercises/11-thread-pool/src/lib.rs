//! The number of jobs is an atomic, so that a worker need not lock only to find nothing.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

struct Core {
    jobs: Mutex<VecDeque<Job>>,
    queued: AtomicUsize,
    closed: AtomicBool,
    sleep: Mutex<()>,
    wake: Condvar,
}

impl Core {
    fn next(&self) -> Option<Job> {
        loop {
            if let Some(job) = self.jobs.lock().unwrap().pop_front() {
                self.queued.fetch_sub(1, SeqCst);
                return Some(job);
            }
            if self.closed.load(SeqCst) && self.queued.load(SeqCst) == 0 {
                return None;
            }
            let guard = self.sleep.lock().unwrap();
            if self.queued.load(SeqCst) == 0 && !self.closed.load(SeqCst) {
                drop(self.wake.wait(guard).unwrap());
            }
        }
    }
}

pub struct ThreadPool {
    core: Arc<Core>,
    threads: Vec<JoinHandle<()>>,
}

pub struct JobHandle<T> {
    result: mpsc::Receiver<thread::Result<T>>,
    over: Arc<AtomicBool>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let core = Arc::new(Core {
            jobs: Mutex::default(),
            queued: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
            sleep: Mutex::new(()),
            wake: Condvar::new(),
        });
        let run =
            |core: Arc<Core>| thread::spawn(move || std::iter::from_fn(|| core.next()).for_each(|job| job()));
        let threads = (0..workers).map(|_| run(core.clone())).collect();
        Self { core, threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (told, result) = mpsc::sync_channel(1);
        let over = Arc::new(AtomicBool::new(false));
        let flag = over.clone();
        let job: Job = Box::new(move || {
            let outcome = catch_unwind(AssertUnwindSafe(job));
            flag.store(true, SeqCst);
            let _ = told.send(outcome);
        });
        self.core.queued.fetch_add(1, SeqCst);
        self.core.jobs.lock().unwrap().push_back(job);
        self.core.wake.notify_one();
        JobHandle { result, over }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.core.closed.store(true, SeqCst);
        self.core.wake.notify_all();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.over.load(SeqCst)
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        self.result.recv().unwrap().map_err(|_| JobPanicked)
    }
}
