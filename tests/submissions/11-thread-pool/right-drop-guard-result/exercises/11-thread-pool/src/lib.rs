//! A promise that is dropped without having been kept is broken: its drop says so to whoever waits.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{Builder, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

enum State<T> {
    Pending,
    Kept(T),
    Broken,
}

type Shared<T> = Arc<(Mutex<State<T>>, Condvar)>;

struct Promise<T>(Shared<T>);

impl<T> Promise<T> {
    fn keep(self, value: T) {
        *self.0.0.lock().unwrap() = State::Kept(value);
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        let mut state = self.0.0.lock().unwrap();
        if let State::Pending = *state {
            *state = State::Broken;
        }
        self.0.1.notify_all();
    }
}

pub struct JobHandle<T> {
    future: Shared<T>,
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        !matches!(*self.future.0.lock().unwrap(), State::Pending)
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        let mut state = self.future.0.lock().unwrap();
        loop {
            match std::mem::replace(&mut *state, State::Pending) {
                State::Kept(value) => return Ok(value),
                State::Broken => return Err(JobPanicked),
                State::Pending => state = self.future.1.wait(state).unwrap(),
            }
        }
    }
}

pub struct ThreadPool {
    inbox: Option<Sender<Box<dyn FnOnce() + Send>>>,
    threads: Vec<Option<JoinHandle<()>>>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "invalid number of workers: 0");
        let (inbox, jobs) = channel::<Box<dyn FnOnce() + Send>>();
        let jobs = Arc::new(Mutex::new(jobs));
        let threads = (0..workers)
            .map(|id| {
                let jobs = jobs.clone();
                let run = move || {
                    loop {
                        let Ok(job) = jobs.lock().unwrap().recv() else { break };
                        let _ = catch_unwind(AssertUnwindSafe(job));
                    }
                };
                Some(Builder::new().name(format!("worker-{id}")).spawn(run).unwrap())
            })
            .collect();
        Self { inbox: Some(inbox), threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let future: Shared<T> = Arc::new((Mutex::new(State::Pending), Condvar::new()));
        let promise = Promise(future.clone());
        let job = move || promise.keep(job());
        self.inbox.as_ref().expect("open").send(Box::new(job)).expect("somebody listens");
        JobHandle { future }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.inbox.take();
        for thread in &mut self.threads {
            if let Some(thread) = thread.take() {
                let _ = thread.join();
            }
        }
    }
}
