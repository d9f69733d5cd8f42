//! Short and functional. (then_some makes its argument first and throws it away if it is not needed: a Permit that was never taken
//! is dropped.)

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

#[derive(Default)]
struct State {
    free: usize,
    line: VecDeque<usize>,
    drawn: usize,
}

impl State {
    fn next_is(&self, ticket: usize) -> bool {
        self.free > 0 && self.line.front() == Some(&ticket)
    }
}

pub struct Semaphore {
    state: Mutex<State>,
    changed: Condvar,
}

pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new(State { free: permits, ..State::default() }), changed: Condvar::new() }
    }

    fn take_within(&self, timeout: Duration) -> bool {
        let mut state = self.state.lock().unwrap();
        let ticket = state.drawn;
        state.drawn += 1;
        state.line.push_back(ticket);
        let (mut state, _) =
            self.changed.wait_timeout_while(state, timeout, |state| !state.next_is(ticket)).unwrap();
        let taken = state.next_is(ticket);
        state.free -= usize::from(taken);
        state.line.retain(|other| *other != ticket);
        drop(state);
        self.changed.notify_all();
        taken
    }

    pub fn acquire(&self) -> Permit<'_> {
        assert!(self.take_within(Duration::MAX));
        Permit(self)
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.take_within(Duration::ZERO).then_some(Permit(self))
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.take_within(timeout).then_some(Permit(self))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().free += 1;
        self.0.changed.notify_all();
    }
}
