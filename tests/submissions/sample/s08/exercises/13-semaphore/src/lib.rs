//! Permits are handed out in order. (Drop is left for later.)

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

pub struct Semaphore {
    state: Mutex<(usize, VecDeque<u64>, u64)>,
    go: Condvar,
}

pub struct Permit<'a> {
    #[allow(dead_code)]
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new((permits, VecDeque::new(), 0)), go: Condvar::new() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut state = self.state.lock().unwrap();
        state.2 += 1;
        let number = state.2;
        state.1.push_back(number);
        let mut state = self.go.wait_while(state, |s| s.0 == 0 || s.1[0] != number).unwrap();
        state.0 -= 1;
        state.1.pop_front();
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
        let mut state = self.state.lock().unwrap();
        state.2 += 1;
        let number = state.2;
        state.1.push_back(number);
        let (mut state, late) =
            self.go.wait_timeout_while(state, timeout, |s| s.0 == 0 || s.1[0] != number).unwrap();
        state.1.retain(|n| *n != number);
        if late.timed_out() {
            return None;
        }
        state.0 -= 1;
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {}
}
