//! The place in the line is an object that leaves the line when it is dropped, whether its owner got a permit or gave up. So
//! nobody can forget it.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

type Line = VecDeque<u64>;

struct Shared {
    out: usize,
    line: Line,
    number: u64,
}

pub struct Semaphore {
    permits: usize,
    shared: Mutex<Shared>,
    moved_up: Condvar,
}

#[must_use]
pub struct Permit<'a>(&'a Semaphore);

/// Holds the lock except while it waits.
struct Place<'a> {
    semaphore: &'a Semaphore,
    guard: Cell<Option<MutexGuard<'a, Shared>>>,
    number: u64,
}

impl<'a> Place<'a> {
    fn at_the_end(semaphore: &'a Semaphore) -> Self {
        let mut guard = semaphore.shared.lock().unwrap();
        guard.number += 1;
        let number = guard.number;
        guard.line.push_back(number);
        Self { semaphore, guard: Cell::new(Some(guard)), number }
    }

    fn may_enter(&self) -> bool {
        let guard = self.guard.take().unwrap();
        let may = guard.line[0] == self.number && guard.out < self.semaphore.permits;
        self.guard.set(Some(guard));
        may
    }

    fn sleep(&self, left: Option<Duration>) {
        let guard = self.guard.take().unwrap();
        let guard = match left {
            Some(left) => self.semaphore.moved_up.wait_timeout(guard, left).unwrap().0,
            None => self.semaphore.moved_up.wait(guard).unwrap(),
        };
        self.guard.set(Some(guard));
    }

    fn enter(self) -> Permit<'a> {
        let mut guard = self.guard.take().unwrap();
        guard.out += 1;
        self.guard.set(Some(guard));
        Permit(self.semaphore)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(mut guard) = self.guard.take() {
            guard.line.retain(|other| *other != self.number);
            drop(guard);
            self.semaphore.moved_up.notify_all();
        }
    }
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        let shared = Shared { out: 0, line: Line::new(), number: 0 };
        Self { permits, shared: Mutex::new(shared), moved_up: Condvar::new() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let place = Place::at_the_end(self);
        while !place.may_enter() {
            place.sleep(None);
        }
        place.enter()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let place = Place::at_the_end(self);
        if place.may_enter() { Some(place.enter()) } else { None }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let begin = Instant::now();
        let place = Place::at_the_end(self);
        while !place.may_enter() {
            let left = timeout.checked_sub(begin.elapsed())?;
            place.sleep(Some(left));
        }
        Some(place.enter())
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.shared.lock().unwrap().out -= 1;
        self.0.moved_up.notify_all();
    }
}
