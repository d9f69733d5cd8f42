//! First a tool, then the exercise: `Monitor` is a value behind a lock that a thread can wait for until a closure has found what it
//! looks for.

mod monitor {
    use std::sync::{Condvar, Mutex};
    use std::time::{Duration, Instant};

    pub struct Monitor<T> {
        value: Mutex<T>,
        changed: Condvar,
    }

    impl<T> Monitor<T> {
        pub fn new(value: T) -> Self {
            Monitor { value: Mutex::new(value), changed: Condvar::new() }
        }

        /// Changes the value, and tells everybody.
        pub fn update<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
            let result = f(&mut self.value.lock().unwrap());
            self.changed.notify_all();
            result
        }

        /// Sleeps until `f` finds something; what it changes on the way is told as well. At the end of the time `f` is asked once more.
        pub fn until<R>(&self, limit: Option<Duration>, mut f: impl FnMut(&mut T) -> Option<R>) -> Option<R> {
            let began = Instant::now();
            let mut value = self.value.lock().unwrap();
            loop {
                if let Some(found) = f(&mut value) {
                    self.changed.notify_all();
                    return Some(found);
                }
                value = match limit {
                    None => self.changed.wait(value).unwrap(),
                    Some(limit) => {
                        let left = limit.checked_sub(began.elapsed())?;
                        self.changed.wait_timeout(value, left).unwrap().0
                    }
                };
            }
        }
    }
}

use monitor::Monitor;
use std::time::Duration;

struct State {
    free: usize,
    line: Vec<usize>,
    next: usize,
}

pub struct Semaphore(Monitor<State>);

pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore(Monitor::new(State { free: permits, line: vec![], next: 0 }))
    }

    fn line_up(&self) -> usize {
        self.0.update(|s| {
            s.next += 1;
            s.line.push(s.next);
            s.next
        })
    }

    fn my_turn(me: usize) -> impl FnMut(&mut State) -> Option<()> {
        move |s| {
            if s.free == 0 || s.line[0] != me {
                return None;
            }
            s.free -= 1;
            s.line.remove(0);
            Some(())
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let me = self.line_up();
        self.0.until(None, Self::my_turn(me));
        Permit(self)
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let taken = self.0.update(|s| {
            let can = s.line.is_empty() && s.free > 0;
            s.free -= usize::from(can);
            can
        });
        taken.then(|| Permit(self))
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let me = self.line_up();
        if self.0.until(Some(timeout), Self::my_turn(me)).is_some() {
            return Some(Permit(self));
        }
        // Between the two sections I am still in the line, and it may have become my turn: then take it, or it would be lost.
        self.0.update(|s| {
            let mut turn = Self::my_turn(me);
            let got = turn(s);
            s.line.retain(|w| *w != me);
            got
        })?;
        Some(Permit(self))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.0.update(|s| s.free += 1);
    }
}
