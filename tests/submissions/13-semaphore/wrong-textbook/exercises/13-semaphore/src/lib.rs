//! The classic from the textbook: a counter, a condition variable, a loop, notify_one.

use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

pub struct Semaphore {
    counter: Mutex<usize>,
    nonzero: Condvar,
}

#[must_use]
pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { counter: Mutex::new(permits), nonzero: Condvar::new() }
    }

    fn take(&self, mut counter: MutexGuard<'_, usize>) -> Permit<'_> {
        *counter -= 1;
        Permit(self)
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut counter = self.counter.lock().unwrap();
        while *counter == 0 {
            counter = self.nonzero.wait(counter).unwrap();
        }
        self.take(counter)
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let counter = self.counter.lock().unwrap();
        if *counter == 0 { None } else { Some(self.take(counter)) }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let start = Instant::now();
        let mut counter = self.counter.lock().unwrap();
        while *counter == 0 {
            let left = timeout.checked_sub(start.elapsed())?;
            counter = self.nonzero.wait_timeout(counter, left).unwrap().0;
        }
        Some(self.take(counter))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut counter = self.0.counter.lock().unwrap();
        *counter += 1;
        drop(counter);
        self.0.nonzero.notify_one();
    }
}
