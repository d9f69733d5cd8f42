//! No condition variables: threads park, and whoever gives a permit back sets the flag of the first one and unparks it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

struct Sleeper {
    thread: Thread,
    has_permit: AtomicBool,
}

struct State {
    count: usize,
    sleepers: VecDeque<Arc<Sleeper>>,
}

pub struct Semaphore {
    state: Mutex<State>,
}

#[must_use]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { state: Mutex::new(State { count: permits, sleepers: VecDeque::new() }) }
    }

    /// Either a permit, or a place in the line.
    fn enter(&self) -> Result<(), Arc<Sleeper>> {
        let mut state = self.state.lock().unwrap();
        if state.count > 0 {
            state.count -= 1;
            return Ok(());
        }
        let me = Arc::new(Sleeper { thread: thread::current(), has_permit: AtomicBool::new(false) });
        state.sleepers.push_back(me.clone());
        Err(me)
    }

    pub fn acquire(&self) -> Permit<'_> {
        if let Err(me) = self.enter() {
            // park may return for no reason, or for an unpark that was meant for something else.
            while !me.has_permit.load(Ordering::Acquire) {
                thread::park();
            }
        }
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap();
        (state.count > 0).then(|| {
            state.count -= 1;
            Permit { semaphore: self }
        })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let since = Instant::now();
        if let Err(me) = self.enter() {
            while !me.has_permit.load(Ordering::Acquire) {
                let left = timeout.saturating_sub(since.elapsed());
                if left.is_zero() {
                    let mut state = self.state.lock().unwrap();
                    if me.has_permit.load(Ordering::Acquire) {
                        break;
                    }
                    state.sleepers.retain(|other| !Arc::ptr_eq(other, &me));
                    return None;
                }
                thread::park_timeout(left);
            }
        }
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.semaphore.state.lock().unwrap();
        if let Some(first) = state.sleepers.pop_front() {
            first.has_permit.store(true, Ordering::Release);
            first.thread.unpark();
        } else {
            state.count += 1;
        }
    }
}
