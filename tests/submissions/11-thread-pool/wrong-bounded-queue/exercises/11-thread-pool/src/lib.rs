//! Back-pressure: whoever submits too fast has to wait until there is room.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    backlog: VecDeque<Job>,
    over: bool,
}

struct Shared {
    state: Mutex<State>,
    change: Condvar,
}

pub struct ThreadPool {
    core: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Slot<T> {
    outcome: Mutex<Option<Result<T, JobPanicked>>>,
    ready: Condvar,
}

pub struct JobHandle<T> {
    slot: Arc<Slot<T>>,
}

fn work(core: &Shared) {
    loop {
        let state = core.state.lock().unwrap();
        let mut state =
            core.change.wait_while(state, |state| state.backlog.is_empty() && !state.over).unwrap();
        let Some(job) = state.backlog.pop_front() else { return };
        drop(state);
        core.change.notify_all();
        job();
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let core = Arc::new(Shared { state: Mutex::default(), change: Condvar::new() });
        let threads = (0..workers)
            .map(|_| {
                let core = Arc::clone(&core);
                thread::spawn(move || work(&core))
            })
            .collect();
        Self { core, threads }
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
        let state = self.core.state.lock().unwrap();
        let mut state = self.core.change.wait_while(state, |state| state.backlog.len() >= 100).unwrap();
        state.backlog.push_back(job);
        self.core.change.notify_all();
        handle
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.core.state.lock().unwrap().over = true;
        self.core.change.notify_all();
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
