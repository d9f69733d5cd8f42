//! Waits for `timeout`, looks, and waits again for `timeout` if it was woken for nothing.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

struct State {
    free: usize,
    line: VecDeque<u64>,
    next: u64,
}

pub struct Semaphore {
    state: Mutex<State>,
    changed: Condvar,
}

pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self {
            state: Mutex::new(State { free: permits, line: VecDeque::new(), next: 0 }),
            changed: Condvar::new(),
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.acquire_timeout(Duration::MAX).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        if state.free > 0 && state.line.is_empty() {
            state.free -= 1;
            Some(Permit(self))
        } else {
            None
        }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        let me = state.next;
        state.next += 1;
        state.line.push_back(me);
        loop {
            if state.free > 0 && state.line[0] == me {
                state.free -= 1;
                state.line.pop_front();
                self.changed.notify_all();
                return Some(Permit(self));
            }
            let (guard, result) = self.changed.wait_timeout(state, timeout).unwrap();
            state = guard;
            if result.timed_out() && !(state.free > 0 && state.line[0] == me) {
                state.line.retain(|t| *t != me);
                self.changed.notify_all();
                return None;
            }
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().free += 1;
        self.0.changed.notify_all();
    }
}
