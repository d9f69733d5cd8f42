//! Everybody who waits brings a condition variable of their own, so that exactly the right one is woken. The permit is handed
//! over: it never becomes free while somebody waits.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

#[derive(Default)]
struct Desk {
    free: usize,
    line: VecDeque<Waiter>,
    served: Vec<u64>,
    last_number: u64,
}

struct Waiter {
    number: u64,
    bell: Arc<Condvar>,
}

pub struct Semaphore(Mutex<Desk>);

#[must_use]
pub struct Permit<'a> {
    from: &'a Semaphore,
}

impl Desk {
    fn line_up(&mut self) -> (u64, Arc<Condvar>) {
        self.last_number += 1;
        let bell = Arc::new(Condvar::new());
        self.line.push_back(Waiter { number: self.last_number, bell: Arc::clone(&bell) });
        (self.last_number, bell)
    }

    fn pick_up(&mut self, number: u64) -> bool {
        let place = self.served.iter().position(|served| *served == number);
        place.map(|place| self.served.swap_remove(place)).is_some()
    }
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self(Mutex::new(Desk { free: permits, ..Desk::default() }))
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().expect("nothing panics at the desk")
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut desk = self.desk();
        if desk.free > 0 {
            desk.free -= 1;
            return Permit { from: self };
        }
        let (number, bell) = desk.line_up();
        while !desk.pick_up(number) {
            desk = bell.wait(desk).unwrap();
        }
        Permit { from: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut desk = self.desk();
        desk.free = desk.free.checked_sub(1)?;
        Some(Permit { from: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let start = Instant::now();
        let mut desk = self.desk();
        if desk.free > 0 {
            desk.free -= 1;
            return Some(Permit { from: self });
        }
        let (number, bell) = desk.line_up();
        loop {
            if desk.pick_up(number) {
                return Some(Permit { from: self });
            }
            let Some(left) = timeout.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) else {
                desk.line.retain(|waiter| waiter.number != number);
                return None;
            };
            desk = bell.wait_timeout(desk, left).unwrap().0;
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut desk = self.from.desk();
        match desk.line.pop_front() {
            Some(next) => {
                desk.served.push(next.number);
                next.bell.notify_one();
            }
            None => desk.free += 1,
        }
    }
}
