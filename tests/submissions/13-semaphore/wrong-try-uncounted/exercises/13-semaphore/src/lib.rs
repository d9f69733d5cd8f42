//! A line of Condvars, the permit is handed over. (try_acquire looks at the count and forgets to change it.)

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

struct Waiter {
    given: Mutex<bool>,
    cv: Condvar,
}

struct State {
    available: usize,
    waiters: VecDeque<Arc<Waiter>>,
}

pub struct Semaphore {
    state: Mutex<State>,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new(State { available: permits, waiters: VecDeque::new() }) }
    }

    fn join(&self) -> Option<Arc<Waiter>> {
        let mut state = self.state.lock().unwrap();
        if state.available > 0 {
            state.available -= 1;
            return None;
        }
        let waiter = Arc::new(Waiter { given: Mutex::new(false), cv: Condvar::new() });
        state.waiters.push_back(waiter.clone());
        Some(waiter)
    }

    pub fn acquire(&self) -> Permit<'_> {
        if let Some(w) = self.join() {
            let _given = w.cv.wait_while(w.given.lock().unwrap(), |given| !*given).unwrap();
        }
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let state = self.state.lock().unwrap();
        if state.available > 0 { Some(Permit { semaphore: self }) } else { None }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let start = Instant::now();
        let Some(w) = self.join() else { return Some(Permit { semaphore: self }) };
        let mut given = w.given.lock().unwrap();
        while !*given {
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                drop(given);
                let mut state = self.state.lock().unwrap();
                if *w.given.lock().unwrap() {
                    break;
                }
                state.waiters.retain(|other| !Arc::ptr_eq(other, &w));
                return None;
            }
            given = w.cv.wait_timeout(given, left).unwrap().0;
        }
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        if let Some(w) = state.waiters.pop_front() {
            *w.given.lock().unwrap() = true;
            w.cv.notify_one();
        } else {
            state.available += 1;
        }
    }
}
