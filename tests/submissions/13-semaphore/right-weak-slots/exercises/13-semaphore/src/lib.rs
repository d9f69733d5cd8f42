//! The line holds weak pointers. Whoever gives up drops its slot, and the pointer in the line leads nowhere.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::time::Duration;

type Slot = (Mutex<bool>, Condvar);

pub struct Semaphore {
    gate: Mutex<(usize, VecDeque<Weak<Slot>>)>,
}

#[must_use]
pub struct Permit<'s> {
    s: &'s Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Semaphore {
        Semaphore { gate: Mutex::new((permits, VecDeque::new())) }
    }

    fn enqueue(&self) -> Option<Arc<Slot>> {
        let mut gate = self.gate.lock().unwrap();
        if gate.0 > 0 {
            gate.0 -= 1;
            None
        } else {
            let slot = Arc::new((Mutex::new(false), Condvar::new()));
            gate.1.push_back(Arc::downgrade(&slot));
            Some(slot)
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        if let Some(slot) = self.enqueue() {
            let (granted, signal) = &*slot;
            let mut granted = granted.lock().unwrap();
            while !*granted {
                granted = signal.wait(granted).unwrap();
            }
        }
        Permit { s: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut gate = self.gate.lock().unwrap();
        if gate.0 == 0 {
            return None;
        }
        gate.0 -= 1;
        Some(Permit { s: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let Some(slot) = self.enqueue() else {
            return Some(Permit { s: self });
        };
        let (granted, signal) = &*slot;
        let (guard, _) =
            signal.wait_timeout_while(granted.lock().unwrap(), timeout, |granted| !*granted).unwrap();
        let in_time = *guard;
        drop(guard);
        if in_time {
            return Some(Permit { s: self });
        }
        // The gate first and the slot second, as whoever gives a permit back does it.
        let gate = self.gate.lock().unwrap();
        if *slot.0.lock().unwrap() {
            return Some(Permit { s: self });
        }
        drop(slot); // while the gate is locked: nobody can be about to use it
        drop(gate);
        None
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut gate = self.s.gate.lock().unwrap();
        while let Some(first) = gate.1.pop_front() {
            if let Some(slot) = first.upgrade() {
                *slot.0.lock().unwrap() = true;
                slot.1.notify_one();
                return;
            }
        }
        gate.0 += 1;
    }
}
