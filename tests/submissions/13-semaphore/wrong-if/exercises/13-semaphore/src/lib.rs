//! Wait if there is nothing to take. wait() returns when somebody has given one back, so there is one to take then.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

pub struct Semaphore {
    count: Mutex<usize>,
    cond: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { count: Mutex::new(permits), cond: Condvar::new() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut count = self.count.lock().unwrap();
        if *count == 0 {
            count = self.cond.wait(count).unwrap();
        }
        *count = count.saturating_sub(1);
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut count = self.count.lock().unwrap();
        if *count > 0 {
            *count -= 1;
            Some(Permit { semaphore: self })
        } else {
            None
        }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let mut count = self.count.lock().unwrap();
        if *count == 0 {
            count = self.cond.wait_timeout(count, timeout).unwrap().0;
            if *count == 0 {
                return None;
            }
        }
        *count -= 1;
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.semaphore.count.lock().unwrap() += 1;
        self.semaphore.cond.notify_one();
    }
}
