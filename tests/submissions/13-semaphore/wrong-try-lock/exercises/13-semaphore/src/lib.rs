//! try_acquire must never wait, and a lock can make one wait. So it only tries the lock.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

struct Seats {
    free: usize,
    line: VecDeque<u32>,
    ticket: u32,
}

pub struct Semaphore {
    seats: Mutex<Seats>,
    left: Condvar,
}

#[must_use]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self {
            seats: Mutex::new(Seats { free: permits, line: VecDeque::new(), ticket: 0 }),
            left: Condvar::new(),
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.acquire_timeout(Duration::MAX).expect("that is a long time")
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut seats = self.seats.try_lock().ok()?;
        if seats.line.is_empty() && seats.free > 0 {
            seats.free -= 1;
            Some(Permit { semaphore: self })
        } else {
            None
        }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let mut seats = self.seats.lock().unwrap();
        seats.ticket += 1;
        let mine = seats.ticket;
        seats.line.push_back(mine);
        let (mut seats, _) = self
            .left
            .wait_timeout_while(seats, timeout, |seats| seats.free == 0 || seats.line[0] != mine)
            .unwrap();
        let can = seats.free > 0 && seats.line[0] == mine;
        seats.line.retain(|ticket| *ticket != mine);
        seats.free -= usize::from(can);
        self.left.notify_all();
        if can { Some(Permit { semaphore: self }) } else { None }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.seats.lock().unwrap().free += 1;
        self.semaphore.left.notify_all();
    }
}
