//! One way in for both: acquire is acquire_timeout without an end. The set of granted tickets is what everybody looks at.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

#[derive(Debug)]
struct Tickets {
    spare: usize,
    waiting: VecDeque<u64>,
    granted: BTreeSet<u64>,
    drawn: u64,
}

#[derive(Debug)]
pub struct Semaphore {
    tickets: Mutex<Tickets>,
    granted: Condvar,
}

#[derive(Debug)]
pub struct Permit<'a> {
    owner: &'a Semaphore,
}

impl Tickets {
    fn grant(&mut self) {
        while self.spare > 0 {
            let Some(first) = self.waiting.pop_front() else { return };
            self.spare -= 1;
            self.granted.insert(first);
        }
    }
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self {
            tickets: Mutex::new(Tickets {
                spare: permits,
                waiting: VecDeque::new(),
                granted: BTreeSet::new(),
                drawn: 0,
            }),
            granted: Condvar::new(),
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        loop {
            if let Some(permit) = self.acquire_timeout(Duration::MAX) {
                return permit;
            }
        }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut tickets = self.tickets.lock().unwrap();
        tickets.spare.checked_sub(1).map(|left| {
            tickets.spare = left;
            Permit { owner: self }
        })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let mut tickets = self.tickets.lock().unwrap();
        let ticket = tickets.drawn;
        tickets.drawn += 1;
        tickets.waiting.push_back(ticket);
        tickets.grant();
        let (mut tickets, _) =
            self.granted.wait_timeout_while(tickets, timeout, |t| !t.granted.contains(&ticket)).unwrap();
        if tickets.granted.remove(&ticket) {
            return Some(Permit { owner: self });
        }
        tickets.waiting.retain(|t| *t != ticket);
        None
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut tickets = self.owner.tickets.lock().unwrap();
        tickets.spare += 1;
        tickets.grant();
        drop(tickets);
        self.owner.granted.notify_all();
    }
}
