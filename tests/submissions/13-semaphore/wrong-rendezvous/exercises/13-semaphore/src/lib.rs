//! A permit is a token in a channel without room: who gives back meets who takes. So no permit is ever in between.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

pub struct Semaphore {
    fresh: Mutex<usize>,
    give: SyncSender<()>,
    take: Mutex<Receiver<()>>,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        let (give, take) = sync_channel(0);
        Self { fresh: Mutex::new(permits), give, take: Mutex::new(take) }
    }

    fn fresh(&self) -> Option<Permit<'_>> {
        let mut fresh = self.fresh.lock().unwrap();
        *fresh = fresh.checked_sub(1)?;
        Some(Permit { semaphore: self })
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.fresh().unwrap_or_else(|| {
            self.take.lock().unwrap().recv().unwrap();
            Permit { semaphore: self }
        })
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.fresh().or_else(|| {
            self.take.try_lock().ok()?.try_recv().ok()?;
            Some(Permit { semaphore: self })
        })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        self.fresh().or_else(|| {
            self.take.lock().unwrap().recv_timeout(timeout).ok()?;
            Some(Permit { semaphore: self })
        })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.give.send(()).unwrap();
    }
}
