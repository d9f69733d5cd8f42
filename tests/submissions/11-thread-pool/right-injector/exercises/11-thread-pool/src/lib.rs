//! The queue is crossbeam's Injector, which needs no lock. How many jobs are in it is a number behind a lock, so that workers can sleep.

use crossbeam::deque::{Injector, Steal};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

struct Jobs {
    queue: Injector<Job>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    queued: usize,
    closed: bool,
}

impl Jobs {
    fn take(&self) -> Option<Job> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.changed.wait_while(state, |s| s.queued == 0 && !s.closed).unwrap();
        state.queued = state.queued.checked_sub(1)?;
        // Under the lock, so that the order is that of the queue.
        loop {
            match self.queue.steal() {
                Steal::Success(job) => return Some(job),
                Steal::Retry => {}
                Steal::Empty => unreachable!("it was counted"),
            }
        }
    }
}

pub struct ThreadPool {
    jobs: Arc<Jobs>,
    threads: Vec<thread::JoinHandle<()>>,
}

pub struct JobHandle<T> {
    result: Arc<(Mutex<Option<thread::Result<T>>>, Condvar)>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers = {workers}");
        let jobs = Arc::new(Jobs {
            queue: Injector::new(),
            state: Mutex::new(State { queued: 0, closed: false }),
            changed: Condvar::new(),
        });
        let threads = (0..workers)
            .map(|_| {
                let jobs = Arc::clone(&jobs);
                thread::spawn(move || {
                    while let Some(job) = jobs.take() {
                        job()
                    }
                })
            })
            .collect();
        Self { jobs, threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let result = Arc::new((Mutex::new(None), Condvar::new()));
        let handle = JobHandle { result: result.clone() };
        let mut state = self.jobs.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.jobs.queue.push(Box::new(move || {
            let outcome = panic::catch_unwind(AssertUnwindSafe(job));
            *result.0.lock().unwrap() = Some(outcome);
            result.1.notify_all();
        }));
        state.queued += 1;
        self.jobs.changed.notify_one();
        handle
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.jobs.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.jobs.changed.notify_all();
        self.threads.drain(..).for_each(|thread| drop(thread.join()));
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.result.0.lock().unwrap().is_some()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        let (slot, filled) = &*self.result;
        let mut slot = filled.wait_while(slot.lock().unwrap(), |slot| slot.is_none()).unwrap();
        slot.take().unwrap().map_err(|_payload| JobPanicked)
    }
}
