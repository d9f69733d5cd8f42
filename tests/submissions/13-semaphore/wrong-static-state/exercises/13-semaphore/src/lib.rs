//! Global state is simplest, and a program needs only one semaphore.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

struct State {
    free: usize,
    line: VecDeque<u64>,
    ticket: u64,
}

static STATE: Mutex<State> = Mutex::new(State { free: 0, line: VecDeque::new(), ticket: 0 });
static CHANGED: Condvar = Condvar::new();

pub struct Semaphore {
    _permits: usize,
}

pub struct Permit<'a> {
    _semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        STATE.lock().unwrap().free = permits;
        Self { _permits: permits }
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.acquire_timeout(Duration::MAX).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.acquire_timeout(Duration::ZERO)
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let mut state = STATE.lock().unwrap();
        state.ticket += 1;
        let me = state.ticket;
        state.line.push_back(me);
        let ready = |state: &State| state.free > 0 && state.line.front() == Some(&me);
        let (mut state, _) = CHANGED.wait_timeout_while(state, timeout, |state| !ready(state)).unwrap();
        let ready = ready(&state);
        state.line.retain(|other| *other != me);
        if ready {
            state.free -= 1;
        }
        CHANGED.notify_all();
        if ready { Some(Permit { _semaphore: self }) } else { None }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        STATE.lock().unwrap().free += 1;
        CHANGED.notify_all();
    }
}
