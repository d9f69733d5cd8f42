//! The permits are things with numbers, as the keys at a hotel's desk. Whoever waits has a channel through which a key comes.

use std::cell::Cell;
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The permits are things with numbers, as the keys at a hotel's desk; they go from hand to hand.
struct Key(usize);

struct Desk {
    hooks: Vec<Key>,
    line: VecDeque<(u64, Sender<Key>)>,
    guests: u64,
}

pub struct Semaphore {
    desk: Mutex<Desk>,
}

#[must_use = "the permit goes back as soon as it is dropped"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
    key: Option<Key>,
    _not_shared: PhantomData<Cell<()>>,
}

enum Asked {
    Have(Key),
    Wait(u64, Receiver<Key>),
}

impl Semaphore {
    #[must_use]
    pub fn new(permits: usize) -> Self {
        let hooks = (0..permits).map(Key).collect();
        Self { desk: Mutex::new(Desk { hooks, line: VecDeque::new(), guests: 0 }) }
    }

    fn permit(&self, key: Key) -> Permit<'_> {
        Permit { semaphore: self, key: Some(key), _not_shared: PhantomData }
    }

    fn ask(&self) -> Asked {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = desk.hooks.pop() {
            return Asked::Have(key);
        }
        let (sender, receiver) = mpsc::channel();
        desk.guests += 1;
        let guest = desk.guests;
        desk.line.push_back((guest, sender));
        Asked::Wait(guest, receiver)
    }

    pub fn acquire(&self) -> Permit<'_> {
        match self.ask() {
            Asked::Have(key) => self.permit(key),
            Asked::Wait(_, receiver) => self.permit(receiver.recv().expect("the desk keeps the sender")),
        }
    }

    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let key = self.desk.lock().unwrap_or_else(PoisonError::into_inner).hooks.pop();
        key.map(|key| self.permit(key))
    }

    #[must_use]
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        if Instant::now().checked_add(timeout).is_none() {
            return Some(self.acquire());
        }
        let (guest, receiver) = match self.ask() {
            Asked::Have(key) => return Some(self.permit(key)),
            Asked::Wait(guest, receiver) => (guest, receiver),
        };
        match receiver.recv_timeout(timeout) {
            Ok(key) => return Some(self.permit(key)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => unreachable!("the sender is in the line until it sends"),
        }
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = desk.line.iter().position(|(other, _)| *other == guest) {
            desk.line.remove(place);
            return None;
        }
        drop(desk);
        // It has been sent meanwhile.
        receiver.try_recv().ok().map(|key| self.permit(key))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let Some(mut key) = self.key.take() else { return };
        let mut desk = self.semaphore.desk.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((_, sender)) = desk.line.pop_front() {
            match sender.send(key) {
                Ok(()) => return,
                Err(mpsc::SendError(back)) => key = back,
            }
        }
        let _ = key.0;
        desk.hooks.push(key);
    }
}
