//! "A flag is enough: I look now and then."

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

#[derive(Default)]
pub struct Event(AtomicBool);

impl Event {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn wait(&self) {
        while !self.is_set() {
            thread::sleep(Duration::from_millis(1));
        }
    }

    pub fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub fn clear(&self) {
        self.0.store(false, Ordering::Release);
    }

    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
