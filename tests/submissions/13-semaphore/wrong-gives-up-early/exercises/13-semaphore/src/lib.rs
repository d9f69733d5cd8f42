//! All times are kept as whole numbers. (as_millis here, from_micros there.)

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

struct Table {
    free: usize,
    order: BTreeMap<u64, Arc<Condvar>>,
    last: u64,
}

pub struct Semaphore {
    table: Mutex<Table>,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Table {
    fn is_first(&self, id: u64) -> bool {
        self.order.first_key_value().is_some_and(|(first, _)| *first == id)
    }

    fn call_first(&self) {
        if let Some((_, condvar)) = self.order.first_key_value() {
            condvar.notify_one();
        }
    }
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { table: Mutex::new(Table { free: permits, order: BTreeMap::new(), last: 0 }) }
    }

    fn enter(&self, limit: Option<u64>) -> Option<Permit<'_>> {
        let start = Instant::now();
        let mut table = self.table.lock().unwrap();
        table.last += 1;
        let id = table.last;
        let condvar = Arc::new(Condvar::new());
        table.order.insert(id, Arc::clone(&condvar));
        while table.free == 0 || !table.is_first(id) {
            table = match limit {
                None => condvar.wait(table).unwrap(),
                Some(limit) => {
                    let left = Duration::from_micros(limit).saturating_sub(start.elapsed());
                    if left.is_zero() {
                        table.order.remove(&id);
                        table.call_first();
                        return None;
                    }
                    condvar.wait_timeout(table, left).unwrap().0
                }
            };
        }
        table.order.remove(&id);
        table.free -= 1;
        table.call_first();
        Some(Permit { semaphore: self })
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.enter(None).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.enter(Some(0))
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        if timeout == Duration::MAX {
            return Some(self.acquire());
        }
        self.enter(Some(timeout.as_millis() as u64))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut table = self.semaphore.table.lock().unwrap();
        table.free += 1;
        table.call_first();
    }
}
