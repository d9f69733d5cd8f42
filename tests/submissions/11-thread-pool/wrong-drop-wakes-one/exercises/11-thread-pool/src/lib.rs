//! notify_one, as everywhere else in this file.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    work: VecDeque<Job>,
    ended: bool,
}

struct Shared {
    state: Mutex<State>,
    wakeup: Condvar,
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
    loop {
        let mut state = shared.state.lock().unwrap();
        let job = loop {
            if let Some(job) = state.work.pop_front() {
                break job;
            }
            if state.ended {
                return;
            }
            state = shared.wakeup.wait(state).unwrap();
        };
        drop(state);
        job();
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let shared = Arc::new(Shared { state: Mutex::default(), wakeup: Condvar::new() });
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
        let slot = Arc::new(Slot { outcome: Mutex::new(None), ready: Condvar::new() });
        let handle = JobHandle { slot: Arc::clone(&slot) };
        let job: Job = Box::new(move || {
            let outcome = catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked);
            *slot.outcome.lock().unwrap() = Some(outcome);
            slot.ready.notify_all();
        });
        self.shared.state.lock().unwrap().work.push_back(job);
        self.shared.wakeup.notify_one();
        handle
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.state.lock().unwrap().ended = true;
        self.shared.wakeup.notify_one();
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
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
