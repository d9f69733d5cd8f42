//! A line of Condvars. A permit that is free can be taken, whoever it is; the first in the line is woken and looks.

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
        if state.free == 0 {
            let me = Arc::new(Condvar::new());
            state.line.push_back(me.clone());
            while state.free == 0 || !Arc::ptr_eq(&state.line[0], &me) {
                let left = limit.map(|limit| limit.saturating_sub(start.elapsed()));
                state = match left {
                    None => me.wait(state).unwrap(),
                    Some(Duration::ZERO) => {
                        state.line.retain(|other| !Arc::ptr_eq(other, &me));
                        state.ring();
                        return None;
                    }
                    Some(left) => me.wait_timeout(state, left).unwrap().0,
                };
            }
            state.line.pop_front();
        }
        state.free -= 1;
        state.ring();
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

impl State {
    fn ring(&self) {
        if self.free > 0
            && let Some(first) = self.line.front()
        {
            first.notify_one();
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        state.free += 1;
        state.ring();
    }
}
