//! A deadline is now plus timeout. Everything else looks at the deadline.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct Waiting {
    permits: usize,
    fifo: VecDeque<u64>,
    ticket: u64,
}

pub struct Semaphore {
    waiting: Mutex<Waiting>,
    condition: Condvar,
}

#[must_use]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        let waiting = Waiting { permits, fifo: VecDeque::new(), ticket: 0 };
        Self { waiting: Mutex::new(waiting), condition: Condvar::new() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.until(None).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.until(Some(Instant::now()))
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.until(Some(Instant::now() + timeout))
    }

    fn until(&self, deadline: Option<Instant>) -> Option<Permit<'_>> {
        let mut w = self.waiting.lock().unwrap();
        let ticket = w.ticket;
        w.ticket += 1;
        w.fifo.push_back(ticket);
        loop {
            if w.permits > 0 && w.fifo.front() == Some(&ticket) {
                w.permits -= 1;
                w.fifo.pop_front();
                self.condition.notify_all();
                return Some(Permit { semaphore: self });
            }
            if let Some(deadline) = deadline {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    w.fifo.retain(|t| *t != ticket);
                    self.condition.notify_all();
                    return None;
                }
                (w, _) = self.condition.wait_timeout(w, left).unwrap();
            } else {
                w = self.condition.wait(w).unwrap();
            }
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut w = self.semaphore.waiting.lock().unwrap();
        w.permits += 1;
        self.semaphore.condition.notify_all();
    }
}
