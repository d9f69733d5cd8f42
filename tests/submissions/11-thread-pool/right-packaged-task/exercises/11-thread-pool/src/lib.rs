//! As C++'s `packaged_task`: job and result are one object, which the queue and the handle share.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

trait Run: Send + Sync {
    fn run(&self);
}

enum State<T> {
    Pending(Box<dyn FnOnce() -> T + Send>),
    Running,
    Done(T),
    Failed,
    Taken,
}

struct Task<T> {
    state: Mutex<(State<T>, Option<Thread>)>,
}

impl<T> Task<T> {
    fn lock(&self) -> MutexGuard<'_, (State<T>, Option<Thread>)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Send> Run for Task<T> {
    fn run(&self) {
        let pending = std::mem::replace(&mut self.lock().0, State::Running);
        let State::Pending(job) = pending else { unreachable!("a task runs once") };
        let next = match catch_unwind(AssertUnwindSafe(job)) {
            Ok(value) => State::Done(value),
            Err(_) => State::Failed,
        };
        let mut state = self.lock();
        state.0 = next;
        if let Some(waiter) = state.1.take() {
            waiter.unpark();
        }
    }
}

#[derive(Default)]
struct Shared {
    queue: Mutex<(VecDeque<Arc<dyn Run>>, bool)>,
    changed: Condvar,
}

pub struct ThreadPool {
    shared: Arc<Shared>,
    threads: Vec<thread::JoinHandle<()>>,
}

pub struct JobHandle<T> {
    task: Arc<Task<T>>,
}

impl ThreadPool {
    #[must_use]
    pub fn new(workers: usize) -> Self {
        if workers == 0 {
            panic!("a pool needs workers");
        }
        let shared = Arc::new(Shared::default());
        let mut threads = Vec::new();
        for number in 0..workers {
            let shared = shared.clone();
            let body = move || {
                loop {
                    let queue = shared.queue.lock().unwrap();
                    let mut queue = shared
                        .changed
                        .wait_while(queue, |(tasks, closing)| tasks.is_empty() && !*closing)
                        .unwrap();
                    let Some(task) = queue.0.pop_front() else { return };
                    drop(queue);
                    task.run();
                }
            };
            threads.push(
                thread::Builder::new()
                    .name(format!("worker {number}"))
                    .stack_size(256 << 10)
                    .spawn(body)
                    .unwrap(),
            );
        }
        Self { shared, threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let task = Arc::new(Task { state: Mutex::new((State::Pending(Box::new(job)), None)) });
        let mut queue = self.shared.queue.lock().unwrap();
        queue.0.push_back(task.clone());
        self.shared.changed.notify_one();
        drop(queue);
        JobHandle { task }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.queue.lock().unwrap().1 = true;
        self.shared.changed.notify_all();
        while let Some(thread) = self.threads.pop() {
            let _ = thread.join();
        }
    }
}

impl<T> JobHandle<T> {
    #[must_use]
    pub fn is_finished(&self) -> bool {
        matches!(self.task.lock().0, State::Done(_) | State::Failed)
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        loop {
            let mut state = self.task.lock();
            match std::mem::replace(&mut state.0, State::Taken) {
                State::Done(value) => return Ok(value),
                State::Failed => return Err(JobPanicked),
                State::Taken => unreachable!("a handle waits once"),
                not_yet => state.0 = not_yet,
            }
            state.1 = Some(thread::current());
            drop(state);
            thread::park();
        }
    }
}
