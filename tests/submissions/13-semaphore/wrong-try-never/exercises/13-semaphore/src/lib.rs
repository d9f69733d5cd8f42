//! try_acquire: if it can't be had at once, None. I check by looking whether waiting zero time gives anything. (The last line of wait
//! gives up before it has looked.)

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

struct Core {
    free: usize,
    line: VecDeque<u64>,
    ids: u64,
}

pub struct Semaphore {
    core: Mutex<Core>,
    bell: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

enum Patience {
    None,
    Until(Instant),
    Endless,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { core: Mutex::new(Core { free: permits, line: VecDeque::new(), ids: 0 }), bell: Condvar::new() }
    }

    fn wait(&self, patience: Patience) -> Option<Permit<'_>> {
        if let Patience::None = patience {
            return None;
        }
        let mut core = self.core.lock().unwrap();
        core.ids += 1;
        let id = core.ids;
        core.line.push_back(id);
        while core.free == 0 || core.line[0] != id {
            core = match patience {
                Patience::Until(end) => {
                    let left = end.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        core.line.retain(|other| *other != id);
                        self.bell.notify_all();
                        return None;
                    }
                    self.bell.wait_timeout(core, left).unwrap().0
                }
                _ => self.bell.wait(core).unwrap(),
            };
        }
        core.line.pop_front();
        core.free -= 1;
        self.bell.notify_all();
        Some(Permit { semaphore: self })
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.wait(Patience::Endless).unwrap()
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.wait(Patience::None)
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let patience = Instant::now().checked_add(timeout).map_or(Patience::Endless, Patience::Until);
        self.wait(patience)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.core.lock().unwrap().free += 1;
        self.semaphore.bell.notify_all();
    }
}
