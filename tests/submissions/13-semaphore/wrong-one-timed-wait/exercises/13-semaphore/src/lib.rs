//! acquire loops. acquire_timeout need not: either it is woken, or the time is over.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

struct Ticket {
    signal: Condvar,
}

struct State {
    free: usize,
    line: VecDeque<Arc<Ticket>>,
    /// The permits that are on their way to somebody.
    handed: Vec<Arc<Ticket>>,
}

pub struct Semaphore {
    state: Mutex<State>,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl State {
    fn collect(&mut self, me: &Arc<Ticket>) -> bool {
        match self.handed.iter().position(|t| Arc::ptr_eq(t, me)) {
            Some(i) => {
                self.handed.remove(i);
                true
            }
            None => false,
        }
    }
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new(State { free: permits, line: VecDeque::new(), handed: Vec::new() }) }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut state = self.state.lock().unwrap();
        if state.free > 0 {
            state.free -= 1;
            return Permit { semaphore: self };
        }
        let me = Arc::new(Ticket { signal: Condvar::new() });
        state.line.push_back(me.clone());
        while !state.collect(&me) {
            state = me.signal.wait(state).unwrap();
        }
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        if state.free == 0 {
            return None;
        }
        state.free -= 1;
        Some(Permit { semaphore: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        if state.free > 0 {
            state.free -= 1;
            return Some(Permit { semaphore: self });
        }
        let me = Arc::new(Ticket { signal: Condvar::new() });
        state.line.push_back(me.clone());
        (state, _) = me.signal.wait_timeout(state, timeout).unwrap();
        if state.collect(&me) {
            Some(Permit { semaphore: self })
        } else {
            state.line.retain(|t| !Arc::ptr_eq(t, &me));
            None
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        match state.line.pop_front() {
            Some(first) => {
                first.signal.notify_one();
                state.handed.push(first);
            }
            None => state.free += 1,
        }
    }
}
