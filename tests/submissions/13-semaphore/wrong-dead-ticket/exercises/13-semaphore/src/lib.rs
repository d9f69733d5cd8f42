//! Two numbers, next and serving, as at the baker's. (Whoever gives up keeps the number, and the line stops when it is called.)

use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct Baker {
    loaves: usize,
    next: u64,
    serving: u64,
}

pub struct Semaphore {
    baker: Mutex<Baker>,
    call: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { baker: Mutex::new(Baker { loaves: permits, next: 0, serving: 0 }), call: Condvar::new() }
    }

    fn queue(&self, limit: Option<Duration>) -> Option<Permit<'_>> {
        let arrived = Instant::now();
        let mut baker = self.baker.lock().unwrap();
        let number = baker.next;
        baker.next += 1;
        while baker.loaves == 0 || baker.serving != number {
            baker = if let Some(limit) = limit {
                let waited = arrived.elapsed();
                if waited >= limit {
                    return None;
                }
                self.call.wait_timeout(baker, limit - waited).unwrap().0
            } else {
                self.call.wait(baker).unwrap()
            };
        }
        baker.loaves -= 1;
        baker.serving += 1;
        self.call.notify_all();
        Some(Permit { semaphore: self })
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.queue(None).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut baker = self.baker.lock().unwrap();
        if baker.loaves > 0 && baker.serving == baker.next {
            baker.loaves -= 1;
            baker.next += 1;
            baker.serving += 1;
            return Some(Permit { semaphore: self });
        }
        None
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.queue(Some(timeout))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.baker.lock().unwrap().loaves += 1;
        self.semaphore.call.notify_all();
    }
}
