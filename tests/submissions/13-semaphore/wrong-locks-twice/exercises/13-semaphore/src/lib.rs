//! The helper that wakes the next one locks for itself, so that nobody can call it without the lock.

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
    turn: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self {
            state: Mutex::new(State { free: permits, line: VecDeque::new(), ticket: 0 }),
            turn: Condvar::new(),
        }
    }

    fn wake_next(&self) {
        let state = self.state.lock().unwrap();
        if state.free > 0 && !state.line.is_empty() {
            self.turn.notify_all();
        }
    }

    fn enter(&self, limit: Option<Duration>) -> Option<Permit<'_>> {
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        let me = state.ticket;
        state.ticket += 1;
        state.line.push_back(me);
        while state.free == 0 || state.line[0] != me {
            state = match limit {
                None => self.turn.wait(state).unwrap(),
                Some(limit) => {
                    let Some(left) = limit.checked_sub(start.elapsed()) else {
                        state.line.retain(|other| *other != me);
                        return None;
                    };
                    self.turn.wait_timeout(state, left).unwrap().0
                }
            };
        }
        state.line.pop_front();
        state.free -= 1;
        Some(Permit { semaphore: self })
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.enter(None).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        let free = state.free > 0 && state.line.is_empty();
        if free {
            state.free -= 1;
        }
        free.then(|| Permit { semaphore: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.enter(Some(timeout))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        state.free += 1;
        self.semaphore.wake_next();
    }
}
