//! Everything by hand: a queue with a flag for its end, and for each result a slot with a condition variable.

use std::collections::VecDeque;
use std::panic;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    jobs: Mutex<(VecDeque<Job>, bool)>,
    news: Condvar,
}

impl Queue {
    fn next(&self) -> Option<Job> {
        let mut jobs = self.jobs.lock().unwrap();
        while jobs.0.is_empty() && !jobs.1 {
            jobs = self.news.wait(jobs).unwrap();
        }
        jobs.0.pop_front()
    }
}

pub struct ThreadPool {
    queue: Arc<Queue>,
    threads: Vec<thread::JoinHandle<()>>,
}

struct Slot<T> {
    outcome: Mutex<Option<Result<T, JobPanicked>>>,
    filled: Condvar,
}

pub struct JobHandle<T> {
    slot: Arc<Slot<T>>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        if workers == 0 {
            panic!("a pool needs workers");
        }
        let queue = Arc::new(Queue::default());
        let threads = (0..workers)
            .map(|_| {
                let queue = queue.clone();
                thread::spawn(move || {
                    while let Some(job) = queue.next() {
                        job();
                    }
                })
            })
            .collect();
        Self { queue, threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let slot = Arc::new(Slot { outcome: Mutex::new(None), filled: Condvar::new() });
        let place = slot.clone();
        let job: Job = Box::new(move || {
            let outcome = panic::catch_unwind(panic::AssertUnwindSafe(job));
            *place.outcome.lock().unwrap() = Some(outcome.or(Err(JobPanicked)));
            place.filled.notify_all();
        });
        self.queue.jobs.lock().unwrap().0.push_back(job);
        self.queue.news.notify_one();
        JobHandle { slot }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.queue.jobs.lock().unwrap().1 = true;
        self.queue.news.notify_all();
        while let Some(thread) = self.threads.pop() {
            let _ = thread.join();
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.slot.outcome.lock().unwrap().is_some()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        let outcome = self.slot.outcome.lock().unwrap();
        let mut outcome = self.slot.filled.wait_while(outcome, |outcome| outcome.is_none()).unwrap();
        outcome.take().unwrap()
    }
}
