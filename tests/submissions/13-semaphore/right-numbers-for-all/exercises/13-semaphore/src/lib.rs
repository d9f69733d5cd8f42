//! Tickets have numbers that are unique in the whole program: one static counter, whatever semaphore they are for.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

static NEXT: AtomicU64 = AtomicU64::new(0);

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
        Self { inside: Mutex::new(Inside { free: permits, waiting: BTreeSet::new() }), news: Condvar::new() }
    }

    fn line_up(&self) -> (Place<'_>, MutexGuard<'_, Inside>) {
        let mut inside = self.inside.lock().unwrap();
        // Under the lock: so numbers of one line rise in the order of arrival.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        inside.waiting.insert(number);
        (Place { of: self, number }, inside)
    }

    fn take(&self, mut inside: MutexGuard<'_, Inside>, place: &Place<'_>) -> Permit<'_> {
        inside.free -= 1;
        inside.waiting.remove(&place.number);
        Permit(self)
    }

    pub fn acquire(&self) -> Permit<'_> {
        let (place, inside) = self.line_up();
        let inside = self.news.wait_while(inside, |inside| inside.must_wait(place.number)).unwrap();
        self.take(inside, &place)
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut inside = self.inside.lock().unwrap();
        if inside.free <= inside.waiting.len() {
            return None;
        }
        inside.free -= 1;
        Some(Permit(self))
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
        Some(self.take(inside, &place))
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
