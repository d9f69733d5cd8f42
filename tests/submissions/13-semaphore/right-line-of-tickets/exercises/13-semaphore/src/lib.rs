//! A line of tickets. Whoever is in front takes a permit as soon as there is one; everybody is woken and looks again.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct Inner {
    available: usize,
    queue: VecDeque<usize>,
    tickets: usize,
}

pub struct Semaphore {
    inner: Mutex<Inner>,
    condvar: Condvar,
}

#[must_use]
pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore {
            inner: Mutex::new(Inner { available: permits, queue: VecDeque::new(), tickets: 0 }),
            condvar: Condvar::new(),
        }
    }

    fn wait_until(&self, deadline: Option<Instant>) -> Option<Permit<'_>> {
        let mut inner = self.inner.lock().unwrap();
        let mine = inner.tickets;
        inner.tickets += 1;
        inner.queue.push_back(mine);
        while inner.available == 0 || inner.queue.front() != Some(&mine) {
            inner = match deadline {
                None => self.condvar.wait(inner).unwrap(),
                Some(deadline) => {
                    let now = Instant::now();
                    if now >= deadline {
                        inner.queue.retain(|ticket| *ticket != mine);
                        // Perhaps it was me that the next one waited for.
                        self.condvar.notify_all();
                        return None;
                    }
                    self.condvar.wait_timeout(inner, deadline - now).unwrap().0
                }
            };
        }
        inner.queue.pop_front();
        inner.available -= 1;
        if inner.available > 0 {
            self.condvar.notify_all();
        }
        Some(Permit(self))
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.wait_until(None).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut inner = self.inner.lock().unwrap();
        if inner.available == 0 || !inner.queue.is_empty() {
            return None;
        }
        inner.available -= 1;
        Some(Permit(self))
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        match Instant::now().checked_add(timeout) {
            Some(deadline) => self.wait_until(Some(deadline)),
            None => Some(self.acquire()),
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.inner.lock().unwrap().available += 1;
        self.0.condvar.notify_all();
    }
}
