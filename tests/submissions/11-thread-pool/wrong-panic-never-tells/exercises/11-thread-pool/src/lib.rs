//! A panic must not end the worker, so it is caught around the job. (What the job would have done after it is not done.)

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    todo: VecDeque<Job>,
    end: bool,
}

struct Shared {
    state: Mutex<State>,
    cv: Condvar,
}

pub struct ThreadPool {
    pool: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Slot<T> {
    outcome: Mutex<Option<Result<T, JobPanicked>>>,
    ready: Condvar,
}

pub struct JobHandle<T> {
    slot: Arc<Slot<T>>,
}

fn work(pool: &Shared) {
    loop {
        let state = pool.state.lock().unwrap();
        let mut state = pool.cv.wait_while(state, |state| state.todo.is_empty() && !state.end).unwrap();
        let Some(job) = state.todo.pop_front() else { return };
        drop(state);
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            eprintln!("a job has panicked");
        }
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let pool = Arc::new(Shared { state: Mutex::default(), cv: Condvar::new() });
        let threads = (0..workers)
            .map(|_| {
                let pool = Arc::clone(&pool);
                thread::spawn(move || work(&pool))
            })
            .collect();
        Self { pool, threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let slot = Arc::new(Slot { outcome: Mutex::new(None), ready: Condvar::new() });
        let handle = JobHandle { slot: Arc::clone(&slot) };
        let job: Job = Box::new(move || {
            let result = job();
            *slot.outcome.lock().unwrap() = Some(Ok(result));
            slot.ready.notify_all();
        });
        self.pool.state.lock().unwrap().todo.push_back(job);
        self.pool.cv.notify_one();
        handle
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.pool.state.lock().unwrap().end = true;
        self.pool.cv.notify_all();
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
