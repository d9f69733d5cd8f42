//! The pool remembers whether a job has panicked.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    closed: bool,
}

struct Shared {
    state: Mutex<State>,
    news: Condvar,
}

pub struct ThreadPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    panicked: Arc<AtomicBool>,
}

struct Slot<T> {
    value: Mutex<(bool, Option<T>)>,
    ready: Condvar,
}

pub struct JobHandle<T> {
    slot: Arc<Slot<T>>,
    panicked: Arc<AtomicBool>,
}

fn work(shared: &Shared) {
    loop {
        let mut state = shared.state.lock().unwrap();
        let job = loop {
            if let Some(job) = state.queue.pop_front() {
                break job;
            }
            if state.closed {
                return;
            }
            state = shared.news.wait(state).unwrap();
        };
        drop(state);
        job();
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let shared = Arc::new(Shared { state: Mutex::default(), news: Condvar::new() });
        let threads = (0..workers)
            .map(|_| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || work(&shared))
            })
            .collect();
        Self { shared, threads, panicked: Arc::default() }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let slot = Arc::new(Slot { value: Mutex::new((false, None)), ready: Condvar::new() });
        let handle = JobHandle { slot: slot.clone(), panicked: self.panicked.clone() };
        let panicked = self.panicked.clone();
        let job: Job = Box::new(move || {
            let value = catch_unwind(AssertUnwindSafe(job));
            if value.is_err() {
                panicked.store(true, Ordering::SeqCst);
            }
            *slot.value.lock().unwrap() = (true, value.ok());
            slot.ready.notify_all();
        });
        self.shared.state.lock().unwrap().queue.push_back(job);
        self.shared.news.notify_one();
        handle
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.state.lock().unwrap().closed = true;
        self.shared.news.notify_all();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.slot.value.lock().unwrap().0
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        let value = self.slot.value.lock().unwrap();
        let mut value = self.slot.ready.wait_while(value, |value| !value.0).unwrap();
        match value.1.take() {
            Some(value) if !self.panicked.load(Ordering::SeqCst) => Ok(value),
            _ => Err(JobPanicked),
        }
    }
}
