//! Java calls it CallerRunsPolicy: if nobody is free, whoever submits works the job.

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
    closed: bool,
    free: usize,
}

struct Shared {
    state: Mutex<State>,
    job: Condvar,
}

pub struct ThreadPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Slot<T> {
    outcome: Mutex<Option<Result<T, JobPanicked>>>,
    ready: Condvar,
}

pub struct JobHandle<T> {
    slot: Arc<Slot<T>>,
}

fn work(shared: &Shared) {
    let mut state = shared.state.lock().unwrap();
    loop {
        if let Some(job) = state.jobs.pop_front() {
            drop(state);
            job();
            state = shared.state.lock().unwrap();
            state.free += 1;
        } else if state.closed {
            return;
        } else {
            state = shared.job.wait(state).unwrap();
        }
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let state = State { jobs: VecDeque::new(), closed: false, free: workers };
        let shared = Arc::new(Shared { state: Mutex::new(state), job: Condvar::new() });
        let mut threads = Vec::with_capacity(workers);
        threads.resize_with(workers, || {
            let shared = shared.clone();
            thread::spawn(move || work(&shared))
        });
        Self { shared, threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let slot = Arc::new(Slot { outcome: Mutex::new(None), ready: Condvar::new() });
        let handle = JobHandle { slot: Arc::clone(&slot) };
        let run = move || {
            let outcome = catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked);
            *slot.outcome.lock().unwrap() = Some(outcome);
            slot.ready.notify_all();
        };
        let mut state = self.shared.state.lock().unwrap();
        if state.free == 0 {
            drop(state);
            run();
        } else {
            state.free -= 1;
            state.jobs.push_back(Box::new(run));
            self.shared.job.notify_one();
        }
        handle
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.state.lock().unwrap().closed = true;
        self.shared.job.notify_all();
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
