//! A channel for each waiter. Who gives up drops its receiver, and then nobody gets what is sent there.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

pub struct Semaphore {
    inner: Mutex<Inner>,
}

struct Inner {
    count: usize,
    line: VecDeque<Sender<()>>,
}

#[must_use]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { inner: Mutex::new(Inner { count: permits, line: VecDeque::new() }) }
    }

    fn stand_in_line(&self) -> Option<Receiver<()>> {
        let mut inner = self.inner.lock().unwrap();
        if inner.count > 0 {
            inner.count -= 1;
            return None;
        }
        let (sender, receiver) = channel();
        inner.line.push_back(sender);
        Some(receiver)
    }

    pub fn acquire(&self) -> Permit<'_> {
        if let Some(receiver) = self.stand_in_line() {
            let () = receiver.recv().unwrap();
        }
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut inner = self.inner.lock().unwrap();
        match inner.count {
            0 => None,
            n => {
                inner.count = n - 1;
                Some(Permit { semaphore: self })
            }
        }
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        match self.stand_in_line() {
            None => Some(Permit { semaphore: self }),
            Some(receiver) => receiver.recv_timeout(timeout).ok().map(|()| Permit { semaphore: self }),
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut inner = self.semaphore.inner.lock().unwrap();
        if let Some(first) = inner.line.pop_front() {
            let _ = first.send(());
        } else {
            inner.count += 1;
        }
    }
}
