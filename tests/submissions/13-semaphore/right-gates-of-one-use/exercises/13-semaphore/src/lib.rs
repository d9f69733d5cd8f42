//! A gate that opens once, `OnceLock`, for each who waits without a limit; a bell for those with one. Both stand in one line.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::{Duration, Instant};

enum Waiter {
    Gate(Arc<OnceLock<()>>),
    Bell(Arc<(Mutex<bool>, Condvar)>),
}

impl Waiter {
    fn let_in(self) {
        match self {
            Self::Gate(gate) => gate.set(()).unwrap(),
            Self::Bell(bell) => {
                *bell.0.lock().unwrap() = true;
                bell.1.notify_one();
            }
        }
    }
}

pub struct Semaphore {
    state: Mutex<(usize, VecDeque<Waiter>)>,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new((permits, VecDeque::new())) }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let permit = Permit { semaphore: self };
        let mut state = self.state.lock().unwrap();
        if state.0 > 0 {
            state.0 -= 1;
            return permit;
        }
        let gate = Arc::new(OnceLock::new());
        state.1.push_back(Waiter::Gate(Arc::clone(&gate)));
        drop(state);
        gate.wait();
        permit
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        (state.0 > 0).then(|| {
            state.0 -= 1;
            Permit { semaphore: self }
        })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let begun = Instant::now();
        if let Some(permit) = self.try_acquire() {
            return Some(permit);
        }
        let bell = {
            let mut state = self.state.lock().unwrap();
            if state.0 > 0 {
                state.0 -= 1;
                return Some(Permit { semaphore: self });
            }
            let bell = Arc::new((Mutex::new(false), Condvar::new()));
            state.1.push_back(Waiter::Bell(Arc::clone(&bell)));
            bell
        };
        let left = timeout.saturating_sub(begun.elapsed());
        drop(bell.1.wait_timeout_while(bell.0.lock().unwrap(), left, |rung| !*rung).unwrap());
        let mut state = self.state.lock().unwrap();
        let is_mine = |waiter: &Waiter| matches!(waiter, Waiter::Bell(other) if Arc::ptr_eq(other, &bell));
        match state.1.iter().position(is_mine) {
            Some(place) => {
                state.1.remove(place);
                None
            }
            None => Some(Permit { semaphore: self }),
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        match state.1.pop_front() {
            Some(first) => first.let_in(),
            None => state.0 += 1,
        }
    }
}
