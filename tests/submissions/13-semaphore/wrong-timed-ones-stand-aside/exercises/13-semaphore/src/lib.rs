//! The line is for those who stay. Who only looks in for a moment does not take a number.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

struct State {
    free: usize,
    line: VecDeque<u64>,
    drawn: u64,
}

pub struct Semaphore {
    state: Mutex<State>,
    changed: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self {
            state: Mutex::new(State { free: permits, line: VecDeque::new(), drawn: 0 }),
            changed: Condvar::new(),
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut state = self.state.lock().unwrap();
        state.drawn += 1;
        let me = state.drawn;
        state.line.push_back(me);
        let mut state = self.changed.wait_while(state, |s| s.free == 0 || s.line[0] != me).unwrap();
        state.free -= 1;
        state.line.pop_front();
        self.changed.notify_all();
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.acquire_timeout(Duration::ZERO)
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let state = self.state.lock().unwrap();
        let (mut state, _) =
            self.changed.wait_timeout_while(state, timeout, |s| s.free == 0 || !s.line.is_empty()).unwrap();
        if state.free == 0 || !state.line.is_empty() {
            return None;
        }
        state.free -= 1;
        self.changed.notify_all();
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.state.lock().unwrap().free += 1;
        self.semaphore.changed.notify_all();
    }
}
