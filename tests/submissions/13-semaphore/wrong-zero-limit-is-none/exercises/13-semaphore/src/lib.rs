//! With no time at all nothing can be had.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct Turnstile {
    open: usize,
    people: VecDeque<u64>,
    count: u64,
}

pub struct Semaphore {
    turnstile: Mutex<Turnstile>,
    step: Condvar,
}

pub struct Permit<'a> {
    of: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self {
            turnstile: Mutex::new(Turnstile { open: permits, people: VecDeque::new(), count: 0 }),
            step: Condvar::new(),
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        loop {
            if let Some(permit) = self.acquire_timeout(Duration::MAX) {
                break permit;
            }
        }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut t = self.turnstile.lock().unwrap();
        if t.open == 0 || !t.people.is_empty() {
            return None;
        }
        t.open -= 1;
        Some(Permit { of: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let start = Instant::now();
        let mut t = self.turnstile.lock().unwrap();
        t.count += 1;
        let me = t.count;
        t.people.push_back(me);
        while let Some(left) = timeout.checked_sub(start.elapsed()).filter(|d| *d > Duration::ZERO) {
            if t.open > 0 && t.people[0] == me {
                t.people.pop_front();
                t.open -= 1;
                self.step.notify_all();
                return Some(Permit { of: self });
            }
            t = self.step.wait_timeout(t, left).unwrap().0;
        }
        t.people.retain(|p| *p != me);
        self.step.notify_all();
        None
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut t = self.of.turnstile.lock().unwrap();
        t.open += 1;
        self.of.step.notify_all();
    }
}
