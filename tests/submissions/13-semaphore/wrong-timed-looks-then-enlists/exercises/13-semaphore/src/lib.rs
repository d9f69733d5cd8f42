//! try_acquire first, and if that gives nothing, into the line. (A permit may come back in between.)

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

struct Waiter {
    bell: Condvar,
    id: u64,
}

struct State {
    free: usize,
    next_id: u64,
    line: VecDeque<Arc<Waiter>>,
}

impl State {
    fn waits(&self, id: u64) -> bool {
        self.line.iter().any(|waiter| waiter.id == id)
    }
}

pub struct Semaphore {
    state: Mutex<State>,
}

#[must_use = "the permit goes back as soon as it is dropped"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    #[must_use]
    pub fn new(permits: usize) -> Self {
        let state = State { free: permits, next_id: 0, line: VecDeque::new() };
        Self { state: Mutex::new(state) }
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.wait(None).expect("without a limit nobody gives up")
    }

    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        if state.free == 0 {
            return None;
        }
        state.free -= 1;
        Some(Permit { semaphore: self })
    }

    #[must_use]
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let deadline = Instant::now().checked_add(timeout);
        self.try_acquire().or_else(|| self.wait_in_line(deadline))
    }

    fn wait(&self, deadline: Option<Instant>) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        if state.free > 0 {
            state.free -= 1;
            return Some(Permit { semaphore: self });
        }
        self.in_line(state, deadline)
    }

    fn wait_in_line(&self, deadline: Option<Instant>) -> Option<Permit<'_>> {
        self.in_line(self.state.lock().unwrap(), deadline)
    }

    fn in_line(&self, mut state: std::sync::MutexGuard<'_, State>, deadline: Option<Instant>) -> Option<Permit<'_>> {
        let id = state.next_id;
        state.next_id += 1;
        let waiter = Arc::new(Waiter { bell: Condvar::new(), id });
        state.line.push_back(Arc::clone(&waiter));
        while state.waits(id) {
            state = match deadline {
                None => waiter.bell.wait(state).unwrap(),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        state.line.retain(|other| other.id != id);
                        return None;
                    }
                    waiter.bell.wait_timeout(state, left).unwrap().0
                }
            };
        }
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        match state.line.pop_front() {
            Some(waiter) => waiter.bell.notify_one(),
            None => state.free += 1,
        }
    }
}
