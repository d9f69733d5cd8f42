//! An atomic addition needs no lock, and notify needs none either, says the documentation. So giving back takes no lock at all.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

struct Line {
    tickets: VecDeque<u64>,
    drawn: u64,
}

pub struct Semaphore {
    free: AtomicUsize,
    line: Mutex<Line>,
    returned: Condvar,
}

#[must_use]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self {
            free: AtomicUsize::new(permits),
            line: Mutex::new(Line { tickets: VecDeque::new(), drawn: 0 }),
            returned: Condvar::new(),
        }
    }

    /// Only with the lock of the line, so no two threads take the same one.
    fn take(&self) -> bool {
        self.free.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok()
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.acquire_timeout(Duration::MAX).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let line = self.line.lock().unwrap();
        (line.tickets.is_empty() && self.take()).then(|| Permit { semaphore: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let mut line = self.line.lock().unwrap();
        let me = line.drawn;
        line.drawn += 1;
        line.tickets.push_back(me);
        let mut got = false;
        let (mut line, _) = self
            .returned
            .wait_timeout_while(line, timeout, |line| {
                got = line.tickets[0] == me && self.take();
                !got
            })
            .unwrap();
        line.tickets.retain(|t| *t != me);
        drop(line);
        self.returned.notify_all();
        if got { Some(Permit { semaphore: self }) } else { None }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.free.fetch_add(1, Ordering::SeqCst);
        self.semaphore.returned.notify_all();
    }
}
