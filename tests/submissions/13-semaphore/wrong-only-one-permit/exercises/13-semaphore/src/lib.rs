//! Taken or not taken. (With more than one permit that is too few.)

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct Lock {
    taken: bool,
    line: VecDeque<u64>,
    ticket: u64,
}

pub struct Semaphore {
    lock: Mutex<Lock>,
    released: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        let lock = Lock { taken: permits == 0, line: VecDeque::new(), ticket: 0 };
        Self { lock: Mutex::new(lock), released: Condvar::new() }
    }

    fn lock(&self, limit: Duration) -> Option<Permit<'_>> {
        let begin = Instant::now();
        let mut lock = self.lock.lock().unwrap();
        lock.ticket += 1;
        let ticket = lock.ticket;
        lock.line.push_back(ticket);
        while lock.taken || lock.line[0] != ticket {
            let left = limit.saturating_sub(begin.elapsed());
            if left.is_zero() {
                lock.line.retain(|t| *t != ticket);
                self.released.notify_all();
                return None;
            }
            (lock, _) = self.released.wait_timeout(lock, left).unwrap();
        }
        lock.line.pop_front();
        lock.taken = true;
        Some(Permit { semaphore: self })
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.lock(Duration::MAX).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.lock(Duration::ZERO)
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.lock(timeout)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.lock.lock().unwrap().taken = false;
        self.semaphore.released.notify_all();
    }
}
