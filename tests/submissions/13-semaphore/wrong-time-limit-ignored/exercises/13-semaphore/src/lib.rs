//! acquire_timeout: starts with acquire, and gives None if that took too long.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

pub struct Semaphore {
    state: Mutex<(usize, VecDeque<Arc<Condvar>>)>,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new((permits, VecDeque::new())) }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let cv = Arc::new(Condvar::new());
        let mut state = self.state.lock().unwrap();
        state.1.push_back(cv.clone());
        loop {
            let first = Arc::ptr_eq(&state.1[0], &cv);
            if first && state.0 > 0 {
                break;
            }
            state = cv.wait(state).unwrap();
        }
        state.0 -= 1;
        state.1.pop_front();
        state.1.front().inspect(|next| next.notify_one());
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        if state.0 > 0 && state.1.is_empty() {
            state.0 -= 1;
            Some(Permit { semaphore: self })
        } else {
            None
        }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        if timeout.is_zero() {
            return self.try_acquire();
        }
        let start = Instant::now();
        let permit = self.acquire();
        if start.elapsed() <= timeout { Some(permit) } else { None }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        state.0 += 1;
        if let Some(first) = state.1.front() {
            first.notify_one();
        }
    }
}
