//! A ticket lock, as in the kernel: two atomic numbers, no system calls at all.

use std::collections::BTreeSet;
use std::hint;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};

pub struct Semaphore {
    next: AtomicU64,
    admitted: AtomicU64,
    gone: Mutex<BTreeSet<u64>>,
}

#[must_use]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self {
            next: AtomicU64::new(0),
            admitted: AtomicU64::new(permits as u64),
            gone: Mutex::new(BTreeSet::new()),
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let me = self.next.fetch_add(1, SeqCst);
        while me >= self.admitted.load(SeqCst) {
            hint::spin_loop();
        }
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let next = self.next.load(SeqCst);
        if next >= self.admitted.load(SeqCst) {
            return None;
        }
        self.next.compare_exchange(next, next + 1, SeqCst, SeqCst).ok()?;
        Some(Permit { semaphore: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let start = Instant::now();
        let me = self.next.fetch_add(1, SeqCst);
        while me >= self.admitted.load(SeqCst) {
            if start.elapsed() >= timeout {
                let mut gone = self.gone.lock().unwrap();
                if me < self.admitted.load(SeqCst) {
                    break;
                }
                gone.insert(me);
                return None;
            }
            hint::spin_loop();
        }
        Some(Permit { semaphore: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut gone = self.semaphore.gone.lock().unwrap();
        while gone.remove(&self.semaphore.admitted.fetch_add(1, SeqCst)) {}
    }
}
