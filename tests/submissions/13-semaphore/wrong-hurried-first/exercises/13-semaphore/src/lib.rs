//! Who has little time should not wait behind those who have all day: two lines, the hurried one first.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

#[derive(Default)]
struct State {
    free: usize,
    hurried: VecDeque<u64>,
    patient: VecDeque<u64>,
    count: u64,
}

impl State {
    fn first(&self) -> Option<u64> {
        self.hurried.front().or(self.patient.front()).copied()
    }

    fn number(&mut self) -> u64 {
        self.count += 1;
        self.count
    }
}

pub struct Semaphore {
    state: Mutex<State>,
    bell: Condvar,
}

#[must_use]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new(State { free: permits, ..State::default() }), bell: Condvar::new() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut state = self.state.lock().unwrap();
        let me = state.number();
        state.patient.push_back(me);
        while state.free == 0 || state.first() != Some(me) {
            state = self.bell.wait(state).unwrap();
        }
        state.patient.pop_front();
        state.free -= 1;
        self.bell.notify_all();
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        if state.free > 0 && state.first().is_none() {
            state.free -= 1;
            return Some(Permit { semaphore: self });
        }
        None
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        let me = state.number();
        state.hurried.push_back(me);
        while state.free == 0 || state.first() != Some(me) {
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                state.hurried.retain(|n| *n != me);
                self.bell.notify_all();
                return None;
            }
            state = self.bell.wait_timeout(state, left).unwrap().0;
        }
        state.hurried.pop_front();
        state.free -= 1;
        self.bell.notify_all();
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.state.lock().unwrap().free += 1;
        self.semaphore.bell.notify_all();
    }
}
