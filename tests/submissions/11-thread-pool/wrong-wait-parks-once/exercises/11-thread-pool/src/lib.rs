//! `wait` leaves its thread with the slot and parks; when it is unparked the result is there.

use std::collections::VecDeque;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::thread::{JoinHandle, Thread};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;
struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}
struct Shared {
    queue: Mutex<Queue>,
    bell: Condvar,
}
pub struct ThreadPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}
struct Slot<T> {
    result: Mutex<Option<Result<T, JobPanicked>>>,
    done: Condvar,
    waiter: Mutex<Option<Thread>>,
}
pub struct JobHandle<T> {
    slot: Arc<Slot<T>>,
}
impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "the number of workers must be positive");
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue { jobs: VecDeque::new(), closed: false }),
            bell: Condvar::new(),
        });
        let threads = (0..workers)
            .map(|_| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || work(&shared))
            })
            .collect();
        ThreadPool { shared, threads }
    }
    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let slot =
            Arc::new(Slot { result: Mutex::new(None), done: Condvar::new(), waiter: Mutex::new(None) });
        let mine = Arc::clone(&slot);
        let boxed: Job = Box::new(move || {
            let outcome = catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked);
            *mine.result.lock().unwrap() = Some(outcome);
            if let Some(t) = mine.waiter.lock().unwrap().take() {
                t.unpark();
            }
        });
        let mut q = self.shared.queue.lock().unwrap();
        q.jobs.push_back(boxed);
        drop(q);
        self.shared.bell.notify_one();
        JobHandle { slot }
    }
}
fn work(shared: &Shared) {
    loop {
        let job = {
            let mut q = shared.queue.lock().unwrap();
            loop {
                if let Some(job) = q.jobs.pop_front() {
                    break job;
                }
                if q.closed {
                    return;
                }
                q = shared.bell.wait(q).unwrap();
            }
        };
        job();
    }
}
impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.queue.lock().unwrap().closed = true;
        self.shared.bell.notify_all();
        for t in self.threads.drain(..) {
            let _ = t.join();
        }
    }
}
impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.slot.result.lock().unwrap().is_some()
    }
    pub fn wait(self) -> Result<T, JobPanicked> {
        *self.slot.waiter.lock().unwrap() = Some(thread::current());
        if !self.is_finished() {
            thread::park();
        }
        self.slot.result.lock().unwrap().take().expect("a result")
    }
}
