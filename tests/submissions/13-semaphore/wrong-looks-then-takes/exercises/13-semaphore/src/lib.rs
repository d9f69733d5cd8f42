//! The count is an atomic, so no lock is needed for it: look whether there is one, then subtract one. The line is behind the lock.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

pub struct Semaphore {
    free: AtomicUsize,
    line: Mutex<(VecDeque<u64>, u64)>,
    changed: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self {
            free: AtomicUsize::new(permits),
            line: Mutex::new((VecDeque::new(), 0)),
            changed: Condvar::new(),
        }
    }

    fn wait(&self, limit: Option<Duration>) -> Option<Permit<'_>> {
        let start = Instant::now();
        let mut line = self.line.lock().unwrap();
        line.1 += 1;
        let me = line.1;
        line.0.push_back(me);
        while self.free.load(SeqCst) == 0 || line.0[0] != me {
            line = match limit {
                None => self.changed.wait(line).unwrap(),
                Some(limit) => {
                    let left = limit.saturating_sub(start.elapsed());
                    if left.is_zero() {
                        line.0.retain(|t| *t != me);
                        self.changed.notify_all();
                        return None;
                    }
                    self.changed.wait_timeout(line, left).unwrap().0
                }
            };
        }
        self.free.fetch_sub(1, SeqCst);
        line.0.pop_front();
        self.changed.notify_all();
        Some(Permit { semaphore: self })
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.wait(None).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let nobody_waits = self.line.lock().unwrap().0.is_empty();
        if nobody_waits && self.free.load(SeqCst) > 0 {
            self.free.fetch_sub(1, SeqCst);
            return Some(Permit { semaphore: self });
        }
        None
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.wait(Some(timeout))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let _line = self.semaphore.line.lock().unwrap();
        self.semaphore.free.fetch_add(1, SeqCst);
        self.semaphore.changed.notify_all();
    }
}
