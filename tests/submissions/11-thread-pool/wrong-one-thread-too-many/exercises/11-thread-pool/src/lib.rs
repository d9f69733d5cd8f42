//! Workers are numbered from 0 to workers.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    stop: bool,
}

struct Shared {
    state: Mutex<State>,
    signal: Condvar,
}

pub struct ThreadPool {
    inner: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Slot<T> {
    outcome: Mutex<Option<Result<T, JobPanicked>>>,
    ready: Condvar,
}

pub struct JobHandle<T> {
    slot: Arc<Slot<T>>,
}

fn work(inner: &Shared) {
    loop {
        let mut state = inner.state.lock().unwrap();
        let job = loop {
            if let Some(job) = state.jobs.pop_front() {
                break job;
            }
            if state.stop {
                return;
            }
            state = inner.signal.wait(state).unwrap();
        };
        drop(state);
        job();
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let inner = Arc::new(Shared { state: Mutex::default(), signal: Condvar::new() });
        let mut threads = Vec::new();
        for number in 0..=workers {
            let inner = inner.clone();
            let builder = thread::Builder::new().name(format!("worker {number}"));
            threads.push(builder.spawn(move || work(&inner)).unwrap());
        }
        Self { inner, threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let slot = Arc::new(Slot { outcome: Mutex::new(None), ready: Condvar::new() });
        let handle = JobHandle { slot: Arc::clone(&slot) };
        let job: Job = Box::new(move || {
            let outcome = catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked);
            *slot.outcome.lock().unwrap() = Some(outcome);
            slot.ready.notify_all();
        });
        self.inner.state.lock().unwrap().jobs.push_back(job);
        self.inner.signal.notify_one();
        handle
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.inner.state.lock().unwrap().stop = true;
        self.inner.signal.notify_all();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.slot.outcome.lock().unwrap().is_some()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        let mut outcome = self.slot.outcome.lock().unwrap();
        loop {
            match outcome.take() {
                Some(outcome) => return outcome,
                None => outcome = self.slot.ready.wait(outcome).unwrap(),
            }
        }
    }
}
