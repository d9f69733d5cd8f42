//! "What has happened has happened."

use std::sync::{Condvar, Mutex};

#[derive(Default)]
pub struct Event {
    flag: Mutex<bool>,
    changed: Condvar,
}

impl Event {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn wait(&self) {
        let mut flag = self.flag.lock().unwrap();
        while !*flag {
            flag = self.changed.wait(flag).unwrap();
        }
    }

    pub fn set(&self) {
        *self.flag.lock().unwrap() = true;
        self.changed.notify_all();
    }

    pub fn clear(&self) {
        // Nothing to do.
    }

    pub fn is_set(&self) -> bool {
        *self.flag.lock().unwrap()
    }
}
