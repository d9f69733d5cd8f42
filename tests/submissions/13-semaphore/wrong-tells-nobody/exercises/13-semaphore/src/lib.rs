//! Giving back is counting up. (Those who wait are not told; they sleep on.)

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct State {
    permits: usize,
    queue: VecDeque<u64>,
    last: u64,
}

pub struct Semaphore {
    state: Mutex<State>,
    wakeup: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new(State { permits, queue: VecDeque::new(), last: 0 }), wakeup: Condvar::new() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut state = self.state.lock().unwrap();
        state.last += 1;
        let me = state.last;
        state.queue.push_back(me);
        while state.permits == 0 || state.queue[0] != me {
            state = self.wakeup.wait(state).unwrap();
        }
        state.queue.pop_front();
        state.permits -= 1;
        self.wakeup.notify_all();
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        if state.permits > 0 && state.queue.is_empty() {
            state.permits -= 1;
            return Some(Permit { semaphore: self });
        }
        None
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let start = Instant::now();
        let mut state = self.state.lock().unwrap();
        state.last += 1;
        let me = state.last;
        state.queue.push_back(me);
        while state.permits == 0 || state.queue[0] != me {
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                state.queue.retain(|w| *w != me);
                self.wakeup.notify_all();
                return None;
            }
            state = self.wakeup.wait_timeout(state, left).unwrap().0;
        }
        state.queue.pop_front();
        state.permits -= 1;
        self.wakeup.notify_all();
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.state.lock().unwrap().permits += 1;
    }
}
