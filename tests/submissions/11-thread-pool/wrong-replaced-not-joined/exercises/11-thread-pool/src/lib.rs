//! A worker that a panic ends is replaced by its sentinel; the drop joins the threads that there are when it begins.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

struct Queue {
    jobs: VecDeque<Job>,
    open: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    news: Condvar,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Slot<T> {
    result: Mutex<Option<Result<T, JobPanicked>>>,
    done: Condvar,
}

pub struct ThreadPool {
    shared: Arc<Shared>,
}

struct Sentinel {
    shared: Arc<Shared>,
    ended_well: bool,
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        if !self.ended_well {
            start(&self.shared);
        }
    }
}

fn start(shared: &Arc<Shared>) {
    let shared2 = Arc::clone(shared);
    let thread = thread::spawn(move || {
        let mut sentinel = Sentinel { shared: Arc::clone(&shared2), ended_well: false };
        work(&shared2);
        sentinel.ended_well = true;
    });
    shared.threads.lock().unwrap().push(thread);
}

pub struct JobHandle<T> {
    slot: Arc<Slot<T>>,
}

fn work(shared: &Shared) {
    loop {
        let job = {
            let mut queue = shared.queue.lock().unwrap();
            loop {
                if let Some(job) = queue.jobs.pop_front() {
                    break job;
                }
                if !queue.open {
                    return;
                }
                queue = shared.news.wait(queue).unwrap();
            }
        };
        job();
    }
}

impl ThreadPool {
    #[must_use]
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "there must be some workers");
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue { jobs: VecDeque::new(), open: true }),
            news: Condvar::new(),
            threads: Mutex::new(Vec::new()),
        });
        for _ in 0..workers {
            start(&shared);
        }
        Self { shared }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let slot = Arc::new(Slot { result: Mutex::new(None), done: Condvar::new() });
        let theirs = Arc::clone(&slot);
        let job = Box::new(move || {
            let (result, payload) = match catch_unwind(AssertUnwindSafe(job)) {
                Ok(value) => (Ok(value), None),
                Err(payload) => (Err(JobPanicked), Some(payload)),
            };
            *theirs.result.lock().unwrap() = Some(result);
            theirs.done.notify_all();
            if let Some(payload) = payload {
                std::panic::resume_unwind(payload);
            }
        });
        self.shared.queue.lock().unwrap().jobs.push_back(job);
        self.shared.news.notify_one();
        JobHandle { slot }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.queue.lock().unwrap().open = false;
        self.shared.news.notify_all();
        let threads = std::mem::take(&mut *self.shared.threads.lock().unwrap());
        for thread in threads {
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
        loop {
            if let Some(result) = result.take() {
                return result;
            }
            result = self.slot.done.wait(result).unwrap();
        }
    }
}
