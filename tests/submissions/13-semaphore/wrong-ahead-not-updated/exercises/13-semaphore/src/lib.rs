//! Each who waits has a number and waits until as many have been let in. (Whoever gives up gives its number back.)

use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct State {
    free: usize,
    waiting: u64,
    /// How many have been let in from the line since the beginning.
    let_in: u64,
    joined: u64,
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
            state: Mutex::new(State { free: permits, waiting: 0, let_in: 0, joined: 0 }),
            moved: Condvar::new(),
        }
    }

    fn wait(&self, deadline: Option<Instant>) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        if state.free > 0 && state.waiting == 0 {
            state.free -= 1;
            return Some(Permit { semaphore: self });
        }
        let number = state.joined;
        state.joined += 1;
        state.waiting += 1;
        while state.free == 0 || state.let_in != number {
            state = match deadline {
                None => self.moved.wait(state).unwrap(),
                Some(deadline) => {
                    let rest = deadline.saturating_duration_since(Instant::now());
                    if rest.is_zero() {
                        state.waiting -= 1;
                        state.joined -= 1; // the number is free again
                        self.moved.notify_all();
                        return None;
                    }
                    self.moved.wait_timeout(state, rest).unwrap().0
                }
            };
        }
        state.free -= 1;
        state.waiting -= 1;
        state.let_in += 1;
        self.moved.notify_all();
        Some(Permit { semaphore: self })
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.wait(None).unwrap()
    }

    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        (state.free > 0 && state.waiting == 0).then(|| {
            state.free -= 1;
            Permit { semaphore: self }
        })
    }

    #[must_use]
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.wait(Instant::now().checked_add(timeout))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.state.lock().unwrap().free += 1;
        self.semaphore.moved.notify_all();
    }
}
