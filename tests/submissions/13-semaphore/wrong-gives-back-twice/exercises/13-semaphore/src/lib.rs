//! The permit has a lease inside, and the lease gives the permit back. To be safe, the permit does so as well.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

struct Pool {
    left: usize,
    line: VecDeque<usize>,
    seq: usize,
}

pub struct Semaphore {
    pool: Mutex<Pool>,
    returned: Condvar,
}

struct Lease<'a> {
    pool: &'a Semaphore,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.pool.put_back();
    }
}

#[must_use]
pub struct Permit<'a> {
    lease: Lease<'a>,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.lease.pool.put_back();
    }
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self {
            pool: Mutex::new(Pool { left: permits, line: VecDeque::new(), seq: 0 }),
            returned: Condvar::new(),
        }
    }

    fn put_back(&self) {
        self.pool.lock().unwrap().left += 1;
        self.returned.notify_all();
    }

    fn permit(&self) -> Permit<'_> {
        Permit { lease: Lease { pool: self } }
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.acquire_timeout(Duration::MAX).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.acquire_timeout(Duration::ZERO)
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let mut pool = self.pool.lock().unwrap();
        let me = pool.seq;
        pool.seq += 1;
        pool.line.push_back(me);
        let not_yet = |pool: &mut Pool| pool.left == 0 || pool.line[0] != me;
        let (mut pool, _) = self.returned.wait_timeout_while(pool, timeout, not_yet).unwrap();
        let mine = pool.left > 0 && pool.line[0] == me;
        pool.line.retain(|ticket| *ticket != me);
        if mine {
            pool.left -= 1;
        }
        drop(pool);
        self.returned.notify_all();
        mine.then(|| self.permit())
    }
}
