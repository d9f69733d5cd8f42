//! A release raises a round number and wakes everybody. Who sees a new round goes in.

use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct Gate {
    free: usize,
    round: u64,
    waiting: usize,
}

pub struct Semaphore {
    gate: Mutex<Gate>,
    opened: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { gate: Mutex::new(Gate { free: permits, round: 0, waiting: 0 }), opened: Condvar::new() }
    }

    fn pass(&self, limit: Option<Duration>) -> bool {
        let start = Instant::now();
        let mut gate = self.gate.lock().unwrap();
        if gate.free > 0 {
            gate.free -= 1;
            return true;
        }
        gate.waiting += 1;
        let round = gate.round;
        while gate.round == round {
            gate = match limit {
                None => self.opened.wait(gate).unwrap(),
                Some(limit) => {
                    let Some(left) = limit.checked_sub(start.elapsed()) else {
                        gate.waiting -= 1;
                        return false;
                    };
                    self.opened.wait_timeout(gate, left).unwrap().0
                }
            };
        }
        gate.waiting -= 1;
        true
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.pass(None);
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut gate = self.gate.lock().unwrap();
        if gate.free == 0 {
            return None;
        }
        gate.free -= 1;
        Some(Permit { semaphore: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.pass(Some(timeout)).then(|| Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut gate = self.semaphore.gate.lock().unwrap();
        if gate.waiting > 0 {
            gate.round += 1;
            self.semaphore.opened.notify_all();
        } else {
            gate.free += 1;
        }
    }
}
