//! "If it is not set I wait, and then it is."

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
        let flag = self.flag.lock().unwrap();
        if !*flag {
            let _woken = self.changed.wait(flag).unwrap();
        }
    }

    pub fn set(&self) {
        *self.flag.lock().unwrap() = true;
        self.changed.notify_all();
    }

    pub fn clear(&self) {
        *self.flag.lock().unwrap() = false;
    }

    pub fn is_set(&self) -> bool {
        *self.flag.lock().unwrap()
    }
}
