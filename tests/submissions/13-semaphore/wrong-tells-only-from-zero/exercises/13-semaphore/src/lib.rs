//! Somebody can only be waiting if there were no permits. So a notification is needed only when the count leaves zero: that saves
//! system calls.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

struct Inner {
    free: usize,
    line: VecDeque<Arc<Condvar>>,
}

pub struct Semaphore {
    inner: Mutex<Inner>,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { inner: Mutex::new(Inner { free: permits, line: VecDeque::new() }) }
    }

    fn enter(&self, limit: Option<Duration>) -> bool {
        let begin = Instant::now();
        let me = Arc::new(Condvar::new());
        let mut inner = self.inner.lock().unwrap();
        inner.line.push_back(me.clone());
        while inner.free == 0 || !Arc::ptr_eq(&inner.line[0], &me) {
            match limit {
                None => inner = me.wait(inner).unwrap(),
                Some(limit) => {
                    let Some(left) = limit.checked_sub(begin.elapsed()) else {
                        inner.line.retain(|other| !Arc::ptr_eq(other, &me));
                        return false;
                    };
                    inner = me.wait_timeout(inner, left).unwrap().0;
                }
            }
        }
        inner.line.pop_front();
        inner.free -= 1;
        true
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.enter(None);
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut inner = self.inner.lock().unwrap();
        if !inner.line.is_empty() {
            return None;
        }
        inner.free = inner.free.checked_sub(1)?;
        Some(Permit { semaphore: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.enter(Some(timeout)).then(|| Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut inner = self.semaphore.inner.lock().unwrap();
        inner.free += 1;
        if inner.free == 1
            && let Some(first) = inner.line.front()
        {
            first.notify_one();
        }
    }
}
