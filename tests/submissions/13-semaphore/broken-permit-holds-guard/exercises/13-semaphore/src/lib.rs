//! A permit is the right to be in, and that is what a guard of a mutex is: so each permit is one of `permits` mutexes, locked.

use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

pub struct Semaphore {
    rooms: Vec<Mutex<()>>,
}

pub struct Permit<'a> {
    _room: MutexGuard<'a, ()>,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { rooms: (0..permits).map(|_| Mutex::new(())).collect() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        loop {
            if let Some(permit) = self.try_acquire() {
                return permit;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.rooms.iter().find_map(|room| Some(Permit { _room: room.try_lock().ok()? }))
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let start = Instant::now();
        loop {
            if let Some(permit) = self.try_acquire() {
                return Some(permit);
            }
            if start.elapsed() > timeout {
                return None;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {}
}
