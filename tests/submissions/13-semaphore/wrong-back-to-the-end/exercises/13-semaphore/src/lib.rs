//! A loop around "take a ticket, wait, look". (The ticket is taken inside of the loop, so it is a new one after each wake-up.)

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

struct State {
    free: usize,
    line: VecDeque<Arc<Condvar>>,
}

pub struct Semaphore {
    state: Mutex<State>,
}

#[must_use]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new(State { free: permits, line: VecDeque::new() }) }
    }

    fn enter(&self, limit: Option<Duration>) -> Option<Permit<'_>> {
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        let mut first_time = true;
        while state.free == 0 || (first_time && !state.line.is_empty()) {
            first_time = false;
            let left = limit.map(|limit| limit.saturating_sub(start.elapsed()));
            if left == Some(Duration::ZERO) {
                return None;
            }
            let me = Arc::new(Condvar::new());
            state.line.push_back(me.clone());
            state = match left {
                None => me.wait(state).unwrap(),
                Some(left) => me.wait_timeout(state, left).unwrap().0,
            };
            state.line.retain(|other| !Arc::ptr_eq(other, &me));
        }
        state.free -= 1;
        if state.free > 0
            && let Some(next) = state.line.front()
        {
            next.notify_one();
        }
        Some(Permit { semaphore: self })
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.enter(None).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.enter(Some(Duration::ZERO))
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.enter(Some(timeout))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        state.free += 1;
        if let Some(first) = state.line.front() {
            first.notify_one();
        }
    }
}
