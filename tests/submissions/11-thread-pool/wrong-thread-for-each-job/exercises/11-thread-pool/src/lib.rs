//! A thread for each job, and a counter for how many may run. (That is not a pool: nothing is used again.)

use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

struct Tickets {
    next: Mutex<(u64, u64)>,
    changed: Condvar,
}

pub struct ThreadPool {
    tickets: Arc<Tickets>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

pub struct JobHandle<T> {
    result: Arc<(Mutex<Option<thread::Result<T>>>, Condvar)>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let tickets = Tickets { next: Mutex::new((0, workers as u64)), changed: Condvar::new() };
        Self { tickets: Arc::new(tickets), threads: Mutex::default() }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let result = Arc::new((Mutex::new(None), Condvar::new()));
        let mut next = self.tickets.next.lock().unwrap();
        let ticket = next.0;
        next.0 += 1;
        drop(next);
        let (tickets, slot) = (self.tickets.clone(), result.clone());
        let thread = thread::spawn(move || {
            let next = tickets.next.lock().unwrap();
            drop(tickets.changed.wait_while(next, |next| next.1 <= ticket).unwrap());
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
            *slot.0.lock().unwrap() = Some(outcome);
            slot.1.notify_all();
            tickets.next.lock().unwrap().1 += 1;
            tickets.changed.notify_all();
        });
        self.threads.lock().unwrap().push(thread);
        JobHandle { result }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        for thread in self.threads.get_mut().unwrap().drain(..) {
            thread.join().unwrap();
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.result.0.lock().unwrap().is_some()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        let result = self.result.0.lock().unwrap();
        let mut result = self.result.1.wait_while(result, |result| result.is_none()).unwrap();
        result.take().unwrap().map_err(|_| JobPanicked)
    }
}
