//! A mutex is enough: look, and if there is none, sleep a millisecond and look again.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

pub struct Semaphore(Mutex<usize>);

pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore(Mutex::new(permits))
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut found = self.try_acquire();
        while found.is_none() {
            thread::sleep(Duration::from_millis(1));
            found = self.try_acquire();
        }
        found.unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut n = self.0.lock().unwrap();
        if *n == 0 {
            return None;
        }
        *n -= 1;
        Some(Permit(self))
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let start = Instant::now();
        loop {
            let found = self.try_acquire();
            if found.is_some() || start.elapsed() >= timeout {
                return found;
            }
            thread::sleep(Duration::from_millis(1).min(timeout - start.elapsed().min(timeout)));
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.0.lock().unwrap() += 1;
    }
}
