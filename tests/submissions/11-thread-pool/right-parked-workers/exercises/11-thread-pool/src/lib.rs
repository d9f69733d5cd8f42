//! No condition variables: idle workers write themselves down and park. The handle's owner parks as well.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle, Thread};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Shared {
    jobs: VecDeque<Job>,
    idle: Vec<Thread>,
    end: bool,
}

pub struct ThreadPool {
    shared: Arc<Mutex<Shared>>,
    threads: Vec<JoinHandle<()>>,
}

enum Slot<T> {
    Empty,
    WaitedFor(Thread),
    Done(Result<T, JobPanicked>),
}

pub struct JobHandle<T>(Arc<Mutex<Slot<T>>>);

fn worker(shared: &Mutex<Shared>) {
    loop {
        let me = thread::current();
        let mut guard = shared.lock().unwrap();
        // park may have returned for nothing: then I am still written down, and whoever is busy must not be.
        guard.idle.retain(|thread| thread.id() != me.id());
        if let Some(job) = guard.jobs.pop_front() {
            drop(guard);
            job();
        } else if guard.end {
            return;
        } else {
            guard.idle.push(me);
            drop(guard);
            thread::park();
        }
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers != 0, "the number of workers is 0");
        let shared = Arc::new(Mutex::new(Shared::default()));
        let mut threads = vec![];
        threads.resize_with(workers, || {
            let shared = shared.clone();
            thread::spawn(move || worker(&shared))
        });
        ThreadPool { shared, threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let slot = Arc::new(Mutex::new(Slot::Empty));
        let theirs = slot.clone();
        let job = move || {
            let result = catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked);
            let mut slot = theirs.lock().unwrap();
            if let Slot::WaitedFor(thread) = std::mem::replace(&mut *slot, Slot::Done(result)) {
                thread.unpark();
            }
        };
        let mut shared = self.shared.lock().unwrap();
        shared.jobs.push_back(Box::new(job));
        if let Some(thread) = shared.idle.pop() {
            thread.unpark();
        }
        JobHandle(slot)
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        let mut shared = self.shared.lock().unwrap();
        shared.end = true;
        shared.idle.drain(..).for_each(|thread| thread.unpark());
        drop(shared);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        matches!(*self.0.lock().unwrap(), Slot::Done(_))
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        loop {
            let mut slot = self.0.lock().unwrap();
            match std::mem::replace(&mut *slot, Slot::WaitedFor(thread::current())) {
                Slot::Done(result) => return result,
                Slot::Empty | Slot::WaitedFor(_) => {}
            }
            drop(slot);
            thread::park();
        }
    }
}
