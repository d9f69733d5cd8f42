//! A count and wait_while. I wake everybody, so nobody can be forgotten; the lock is fair, I think.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

pub struct Semaphore {
    free: Mutex<usize>,
    changed: Condvar,
}

#[must_use = "dropping it gives it back"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore { free: Mutex::new(permits), changed: Condvar::new() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free =
            self.changed.wait_while(free, |free| *free < 1).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.acquire_timeout(Duration::ZERO)
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut free, result) = self
            .changed
            .wait_timeout_while(free, timeout, |free| *free < 1)
            .unwrap_or_else(PoisonError::into_inner);
        if result.timed_out() {
            return None;
        }
        *free -= 1;
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.semaphore.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.semaphore.changed.notify_all();
    }
}
