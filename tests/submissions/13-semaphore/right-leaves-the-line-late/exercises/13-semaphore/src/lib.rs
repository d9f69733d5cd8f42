//! The place in the line is a guard with a number. It goes by itself when `acquire` returns, so nobody can forget to leave the line. Until
//! then `try_acquire` takes its owner for one who waits, which it was a moment ago.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// A place in some line; it is given back when it is dropped.
struct Place<'a> {
    of: &'a Semaphore,
    number: u64,
}

pub struct Semaphore {
    inside: Mutex<Inside>,
    news: Condvar,
}

struct Inside {
    next: u64,
    free: usize,
    waiting: BTreeSet<u64>,
}

#[must_use]
pub struct Permit<'a>(&'a Semaphore);

impl Inside {
    fn must_wait(&self, number: u64) -> bool {
        self.free == 0 || self.waiting.first() != Some(&number)
    }
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { inside: Mutex::new(Inside { next: 0, free: permits, waiting: BTreeSet::new() }), news: Condvar::new() }
    }

    fn line_up(&self) -> (Place<'_>, MutexGuard<'_, Inside>) {
        let mut inside = self.inside.lock().unwrap();
        let number = inside.next;
        inside.next += 1;
        inside.waiting.insert(number);
        (Place { of: self, number }, inside)
    }

    fn take(&self, mut inside: MutexGuard<'_, Inside>) -> Permit<'_> {
        inside.free -= 1;
        Permit(self)
    }

    pub fn acquire(&self) -> Permit<'_> {
        let (place, inside) = self.line_up();
        let inside = self.news.wait_while(inside, |inside| inside.must_wait(place.number)).unwrap();
        self.take(inside)
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let inside = self.inside.lock().unwrap();
        (inside.free > inside.waiting.len()).then(|| self.take(inside))
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let (place, inside) = self.line_up();
        let waited = self.news.wait_timeout_while(inside, timeout, |inside| inside.must_wait(place.number));
        let (inside, _) = waited.unwrap();
        if inside.must_wait(place.number) {
            // `place` takes the lock to leave.
            drop(inside);
            return None;
        }
        Some(self.take(inside))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.of.inside.lock().unwrap().waiting.remove(&self.number);
        self.of.news.notify_all();
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.inside.lock().unwrap().free += 1;
        self.0.news.notify_all();
    }
}
