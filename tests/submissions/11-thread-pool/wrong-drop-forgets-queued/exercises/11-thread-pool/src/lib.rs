//! shutdown: a worker that sees the flag goes home after its job.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    pile: VecDeque<Job>,
    closing: bool,
}

struct Shared {
    state: Mutex<State>,
    bell: Condvar,
}

pub struct ThreadPool {
    office: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Slot<T> {
    outcome: Mutex<Option<Result<T, JobPanicked>>>,
    ready: Condvar,
}

pub struct JobHandle<T> {
    slot: Arc<Slot<T>>,
}

fn work(office: &Shared) {
    loop {
        let mut state = office.state.lock().unwrap();
        let job = loop {
            if state.closing {
                return;
            }
            if let Some(job) = state.pile.pop_front() {
                break job;
            }
            state = office.bell.wait(state).unwrap();
        };
        drop(state);
        job();
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let office = Arc::new(Shared { state: Mutex::default(), bell: Condvar::new() });
        let threads = (0..workers)
            .map(|_| {
                let office = Arc::clone(&office);
                thread::spawn(move || work(&office))
            })
            .collect();
        Self { office, threads }
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
        self.office.state.lock().unwrap().pile.push_back(job);
        self.office.bell.notify_one();
        handle
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.office.state.lock().unwrap().closing = true;
        self.office.bell.notify_all();
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
