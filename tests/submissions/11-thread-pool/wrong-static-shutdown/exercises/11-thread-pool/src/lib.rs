//! One flag says that it is over; the workers look at it when the queue is empty.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

static SHUTDOWN: AtomicBool = AtomicBool::new(false);

type Job = Box<dyn FnOnce() + Send>;

struct Queue {
    jobs: VecDeque<Job>,
}

struct Shared {
    queue: Mutex<Queue>,
    news: Condvar,
}

struct Slot<T> {
    result: Mutex<Option<Result<T, JobPanicked>>>,
    done: Condvar,
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
        let job = {
            let mut queue = shared.queue.lock().unwrap();
            loop {
                if let Some(job) = queue.jobs.pop_front() {
                    break job;
                }
                if SHUTDOWN.load(Ordering::SeqCst) {
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
            queue: Mutex::new(Queue { jobs: VecDeque::new() }),
            news: Condvar::new(),
        });
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
        let slot = Arc::new(Slot { result: Mutex::new(None), done: Condvar::new() });
        let theirs = Arc::clone(&slot);
        let job = Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked);
            *theirs.result.lock().unwrap() = Some(result);
            theirs.done.notify_all();
        });
        self.shared.queue.lock().unwrap().jobs.push_back(job);
        self.shared.news.notify_one();
        JobHandle { slot }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        let queue = self.shared.queue.lock().unwrap();
        SHUTDOWN.store(true, Ordering::SeqCst);
        drop(queue);
        self.shared.news.notify_all();
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
        loop {
            if let Some(result) = result.take() {
                return result;
            }
            result = self.slot.done.wait(result).unwrap();
        }
    }
}
