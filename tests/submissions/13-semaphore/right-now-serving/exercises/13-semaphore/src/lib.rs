//! "Now serving 17", as at the town hall. All numbers below `serving` may go in. Numbers of people who have left are remembered,
//! so that nobody waits for them.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

struct TownHall {
    next_number: u64,
    serving: u64,
    gone: HashSet<u64>,
}

pub struct Semaphore {
    hall: Mutex<TownHall>,
    display: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl TownHall {
    fn draw(&mut self) -> u64 {
        let n = self.next_number;
        self.next_number += 1;
        n
    }
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        let hall = TownHall { next_number: 0, serving: permits as u64, gone: HashSet::new() };
        Self { hall: Mutex::new(hall), display: Condvar::new() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut hall = self.hall.lock().unwrap();
        let number = hall.draw();
        let _hall = self.display.wait_while(hall, |hall| number >= hall.serving).unwrap();
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut hall = self.hall.lock().unwrap();
        if hall.next_number < hall.serving {
            hall.draw();
            Some(Permit { semaphore: self })
        } else {
            None
        }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let mut hall = self.hall.lock().unwrap();
        let number = hall.draw();
        let (mut hall, _) =
            self.display.wait_timeout_while(hall, timeout, |hall| number >= hall.serving).unwrap();
        if number < hall.serving {
            Some(Permit { semaphore: self })
        } else {
            hall.gone.insert(number);
            None
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut hall = self.semaphore.hall.lock().unwrap();
        loop {
            let called = hall.serving;
            hall.serving += 1;
            if !hall.gone.remove(&called) {
                break;
            }
        }
        drop(hall);
        self.semaphore.display.notify_all();
    }
}
