//! I never know whether I have thought of every notify, so everybody looks every 10 ms anyway.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct State {
    free: usize,
    line: VecDeque<u64>,
    ticket: u64,
}

pub struct Semaphore {
    state: Mutex<State>,
    tick: Condvar,
}

#[must_use]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

const LOOK_EVERY: Duration = Duration::from_millis(10);

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self {
            state: Mutex::new(State { free: permits, line: VecDeque::new(), ticket: 0 }),
            tick: Condvar::new(),
        }
    }

    fn get(&self, timeout: Duration) -> Option<Permit<'_>> {
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        state.ticket += 1;
        let me = state.ticket;
        state.line.push_back(me);
        loop {
            if state.free > 0 && state.line[0] == me {
                state.free -= 1;
                state.line.pop_front();
                return Some(Permit { semaphore: self });
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                state.line.retain(|other| *other != me);
                return None;
            }
            state = self.tick.wait_timeout(state, left.min(LOOK_EVERY)).unwrap().0;
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.get(Duration::MAX).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.get(Duration::ZERO)
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.get(timeout)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.state.lock().unwrap().free += 1;
    }
}
