//! A signed counter. As long as it is not negative there is a permit.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

struct Counter {
    value: i64,
    line: VecDeque<Arc<Condvar>>,
}

pub struct Semaphore {
    counter: Mutex<Counter>,
}

#[must_use]
pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore { counter: Mutex::new(Counter { value: permits as i64, line: VecDeque::new() }) }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let me = Arc::new(Condvar::new());
        let mut counter = self.counter.lock().unwrap();
        counter.line.push_back(Arc::clone(&me));
        while !(counter.value >= 0 && Arc::ptr_eq(&counter.line[0], &me)) {
            counter = me.wait(counter).unwrap();
        }
        self.done(&mut counter)
    }

    fn done(&self, counter: &mut Counter) -> Permit<'_> {
        counter.value -= 1;
        counter.line.pop_front();
        if let Some(next) = counter.line.front() {
            next.notify_one();
        }
        Permit(self)
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut counter = self.counter.lock().unwrap();
        if counter.value >= 0 && counter.line.is_empty() {
            counter.value -= 1;
            return Some(Permit(self));
        }
        None
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let start = Instant::now();
        let me = Arc::new(Condvar::new());
        let mut counter = self.counter.lock().unwrap();
        counter.line.push_back(Arc::clone(&me));
        while !(counter.value >= 0 && Arc::ptr_eq(&counter.line[0], &me)) {
            match timeout.checked_sub(start.elapsed()) {
                Some(left) => counter = me.wait_timeout(counter, left).unwrap().0,
                None => {
                    counter.line.retain(|w| !Arc::ptr_eq(w, &me));
                    if let Some(next) = counter.line.front() {
                        next.notify_one();
                    }
                    return None;
                }
            }
        }
        Some(self.done(&mut counter))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut counter = self.0.counter.lock().unwrap();
        counter.value += 1;
        if let Some(first) = counter.line.front() {
            first.notify_one();
        }
    }
}
