//! A queue needs a limit, or it may fill the memory: 1,024 jobs are more than anybody has.

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
    room: Condvar,
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
                    shared.room.notify_one();
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
            room: Condvar::new(),
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
        let queue = self.shared.queue.lock().unwrap();
        let mut queue = self.shared.room.wait_while(queue, |queue| queue.jobs.len() >= 1024).unwrap();
        queue.jobs.push_back(job);
        drop(queue);
        self.shared.news.notify_one();
        JobHandle { slot }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.queue.lock().unwrap().open = false;
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
