//! Tickets in a set, one condition variable for all. Whoever takes a permit tells the others only if one is left; whoever gives up leaves none.
use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct State {
    free: usize,
    next: u64,
    line: BTreeSet<u64>,
}

/// Permits.
pub struct Semaphore {
    state: Mutex<State>,
    changed: Condvar,
}

/// A permit.
#[must_use = "the permit goes back as soon as it is dropped"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    /// New.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new(State { free: permits, next: 0, line: BTreeSet::new() }), changed: Condvar::new() }
    }

    fn enter(&self, until: Option<Instant>) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        let ticket = state.next;
        state.next += 1;
        state.line.insert(ticket);
        loop {
            if state.free > 0 && state.line.first() == Some(&ticket) {
                state.line.pop_first();
                state.free -= 1;
                if state.free > 0 {
                    self.changed.notify_all();
                }
                return Some(Permit { semaphore: self });
            }
            match until {
                None => state = self.changed.wait(state).unwrap(),
                Some(until) => {
                    let now = Instant::now();
                    if now >= until {
                        state.line.remove(&ticket);
                        return None;
                    }
                    state = self.changed.wait_timeout(state, until - now).unwrap().0;
                }
            }
        }
    }

    /// Waits.
    pub fn acquire(&self) -> Permit<'_> {
        self.enter(None).unwrap()
    }

    /// Tries.
    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        if state.free == 0 || !state.line.is_empty() {
            return None;
        }
        state.free -= 1;
        Some(Permit { semaphore: self })
    }

    /// Waits for so long.
    #[must_use]
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.enter(Instant::now().checked_add(timeout))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.state.lock().unwrap().free += 1;
        self.semaphore.changed.notify_all();
    }
}
