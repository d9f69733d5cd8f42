//! As in Python: a thread is started when there is a job and no idle thread, up to max_workers.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    tasks: VecDeque<Job>,
    closed: bool,
    idle: usize,
}

struct Shared {
    state: Mutex<State>,
    wake: Condvar,
}

pub struct ThreadPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    starting: Mutex<Vec<JoinHandle<()>>>,
    workers: usize,
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
        if let Some(task) = state.tasks.pop_front() {
            drop(state);
            task();
            state = shared.state.lock().unwrap();
        } else if state.closed {
            return;
        } else {
            state.idle += 1;
            state = shared.wake.wait_while(state, |s| s.tasks.is_empty() && !s.closed).unwrap();
            state.idle -= 1;
        }
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let shared = Arc::new(Shared { state: Mutex::default(), wake: Condvar::new() });
        Self { shared, threads: Vec::new(), starting: Mutex::default(), workers }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let slot = Arc::new(Slot { outcome: Mutex::new(None), ready: Condvar::new() });
        let handle = JobHandle { slot: slot.clone() };
        let task: Job = Box::new(move || {
            let outcome = catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked);
            *slot.outcome.lock().unwrap() = Some(outcome);
            slot.ready.notify_all();
        });
        let mut threads = self.starting.lock().unwrap();
        let mut state = self.shared.state.lock().unwrap();
        state.tasks.push_back(task);
        if state.idle < state.tasks.len() && threads.len() < self.workers {
            let shared = self.shared.clone();
            threads.push(thread::spawn(move || work(&shared)));
        }
        drop(state);
        self.shared.wake.notify_one();
        handle
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.threads.append(&mut self.starting.lock().unwrap());
        self.shared.state.lock().unwrap().closed = true;
        self.shared.wake.notify_all();
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
