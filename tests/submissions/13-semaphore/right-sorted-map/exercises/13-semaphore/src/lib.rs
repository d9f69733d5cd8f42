//! A BTreeMap is sorted, so its first entry is the one that has waited longest.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

struct Data {
    free: usize,
    waiters: BTreeMap<u64, Arc<Condvar>>,
    counter: u64,
}

impl Data {
    fn ring_first(&self) {
        if self.free > 0
            && let Some((_, cv)) = self.waiters.first_key_value()
        {
            cv.notify_one();
        }
    }
}

pub struct Semaphore {
    data: Mutex<Data>,
}

#[must_use]
pub struct Permit<'a> {
    sem: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { data: Mutex::new(Data { free: permits, waiters: BTreeMap::new(), counter: 0 }) }
    }

    fn lock(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn get(&self, limit: Option<Duration>) -> Option<Permit<'_>> {
        let t0 = Instant::now();
        let mut data = self.lock();
        let key = data.counter;
        data.counter += 1;
        let cv = Arc::new(Condvar::new());
        data.waiters.insert(key, cv.clone());
        loop {
            let first = data.waiters.keys().next() == Some(&key);
            if first && data.free > 0 {
                data.free -= 1;
                data.waiters.remove(&key);
                data.ring_first();
                return Some(Permit { sem: self });
            }
            data = match limit.map(|limit| limit.saturating_sub(t0.elapsed())) {
                None => cv.wait(data).unwrap(),
                Some(Duration::ZERO) => {
                    data.waiters.remove(&key);
                    data.ring_first();
                    return None;
                }
                Some(left) => cv.wait_timeout(data, left).unwrap().0,
            };
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.get(None).expect("no limit")
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut data = self.lock();
        if data.free > 0 && data.waiters.is_empty() {
            data.free -= 1;
            Some(Permit { sem: self })
        } else {
            None
        }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.get(Some(timeout))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut data = self.sem.lock();
        data.free += 1;
        data.ring_first();
    }
}
