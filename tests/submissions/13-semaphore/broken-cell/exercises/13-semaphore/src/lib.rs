//! A count that changes through a shared reference: that is what Cell is for. (And not between threads.)

use std::cell::Cell;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

pub struct Semaphore {
    free: Cell<usize>,
    lock: Mutex<()>,
    changed: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { free: Cell::new(permits), lock: Mutex::new(()), changed: Condvar::new() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.acquire_timeout(Duration::MAX).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.acquire_timeout(Duration::ZERO)
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let guard = self.lock.lock().unwrap();
        let (_guard, _) = self.changed.wait_timeout_while(guard, timeout, |()| self.free.get() == 0).unwrap();
        self.free.set(self.free.get().checked_sub(1)?);
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let _guard = self.semaphore.lock.lock().unwrap();
        self.semaphore.free.set(self.semaphore.free.get() + 1);
        self.semaphore.changed.notify_one();
    }
}
