//! Reference answer of exercise NN: a flag behind a lock, and a condition variable that tells of its change.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Something that happens, and that threads can wait for.
#[derive(Debug, Default)]
pub struct Event {
    is_set: Mutex<bool>,
    was_set: Condvar,
}

impl Event {
    /// An event that is not set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits until the event is set.
    pub fn wait(&self) {
        let waited = self.was_set.wait_while(self.lock(), |is_set| !*is_set);
        drop(waited);
    }

    /// Sets the event.
    pub fn set(&self) {
        *self.lock() = true;
        self.was_set.notify_all();
    }

    /// Makes it unset again.
    pub fn clear(&self) {
        *self.lock() = false;
    }

    /// Whether the event is set.
    #[must_use]
    pub fn is_set(&self) -> bool {
        *self.lock()
    }

    /// No foreign code runs under the lock, so nothing can have been left half done.
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
