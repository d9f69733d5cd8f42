//! Tickets in a line; the moment at which the time is over, or none where there is no such `Instant`.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct State {
    free: usize,
    next: u64,
    line: VecDeque<u64>,
}

impl State {
    fn turn(&self, ticket: u64) -> bool {
        self.line.iter().take(self.free).any(|t| *t == ticket)
    }
    fn enter(&mut self) -> u64 {
        let ticket = self.next;
        self.next += 1;
        self.line.push_back(ticket);
        ticket
    }
    fn leave(&mut self, ticket: u64) {
        self.line.retain(|t| *t != ticket);
    }
}

pub struct Semaphore {
    state: Mutex<State>,
    moved: Condvar,
}

#[must_use = "the permit goes back as soon as it is dropped"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    #[must_use]
    pub fn new(permits: usize) -> Self {
        Self {
            state: Mutex::new(State { free: permits, next: 0, line: VecDeque::new() }),
            moved: Condvar::new(),
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut state = self.state.lock().unwrap();
        let ticket = state.enter();
        while !state.turn(ticket) {
            state = self.moved.wait(state).unwrap();
        }
        state.leave(ticket);
        state.free -= 1;
        Permit { semaphore: self }
    }

    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        if state.free > state.line.len() {
            state.free -= 1;
            Some(Permit { semaphore: self })
        } else {
            None
        }
    }

    #[must_use]
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let deadline = Instant::now().checked_add(timeout);
        let mut state = self.state.lock().unwrap();
        let ticket = state.enter();
        while !state.turn(ticket) {
            let rest = deadline.map_or(Duration::MAX, |d| d.saturating_duration_since(Instant::now()));
            if rest.is_zero() {
                state.leave(ticket);
                self.moved.notify_all();
                return None;
            }
            state = self.moved.wait_timeout(state, rest).unwrap().0;
        }
        state.leave(ticket);
        state.free -= 1;
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.state.lock().unwrap().free += 1;
        self.semaphore.moved.notify_all();
    }
}
