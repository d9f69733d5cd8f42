//! There is one permit more, so one thread needs to be woken: notify_one.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

#[derive(Default)]
struct Line {
    free: usize,
    tickets: VecDeque<u128>,
    next: u128,
}

pub struct Semaphore {
    line: Mutex<Line>,
    one_more: Condvar,
}

pub struct Permit<'a> {
    of: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        let line = Line { free: permits, ..Default::default() };
        Self { line: Mutex::new(line), one_more: Condvar::new() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut line = self.line.lock().unwrap();
        let ticket = line.next;
        line.next += 1;
        line.tickets.push_back(ticket);
        let mut line = self
            .one_more
            .wait_while(line, |line| !(line.free > 0 && line.tickets.front() == Some(&ticket)))
            .unwrap();
        line.tickets.pop_front();
        line.free -= 1;
        Permit { of: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut line = self.line.lock().unwrap();
        if line.free == 0 || !line.tickets.is_empty() {
            return None;
        }
        line.free -= 1;
        Some(Permit { of: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let begin = Instant::now();
        let mut line = self.line.lock().unwrap();
        let ticket = line.next;
        line.next += 1;
        line.tickets.push_back(ticket);
        loop {
            if line.free > 0 && line.tickets.front() == Some(&ticket) {
                line.tickets.pop_front();
                line.free -= 1;
                return Some(Permit { of: self });
            }
            let left = timeout.saturating_sub(begin.elapsed());
            if left == Duration::ZERO {
                line.tickets.retain(|t| *t != ticket);
                self.one_more.notify_one();
                return None;
            }
            line = self.one_more.wait_timeout(line, left).unwrap().0;
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.of.line.lock().unwrap().free += 1;
        self.of.one_more.notify_one();
    }
}
