//! Reference answer of exercise 13: a count and a line of tickets behind one lock, and one condition variable.
//!
//! Everything follows from one rule: of those who wait, the first `free` in the line may go on. It says who is next, so
//! the order does not depend on who happens to wake up first. It says whether a permit is left over for somebody who does
//! not want to wait. And since it is asked again after each wake-up, one that came for no reason does no harm.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A number of permits, given out in the order in which they were asked for.
pub struct Semaphore {
    state: Mutex<State>,
    /// Told when a permit comes back. Everybody who waits is woken, since `notify_one` might choose one whose turn it is
    /// not. Nothing else gives anybody the right to go on: when the first takes a permit, or when one gives up, those
    /// behind move up, but into no place that is worth a permit.
    came_back: Condvar,
}

struct State {
    /// Permits that are not out. Some of them may belong to threads in the line that have not woken up yet.
    free: usize,
    /// The tickets of those who wait, the first in front.
    line: VecDeque<u64>,
    next_ticket: u64,
}

impl State {
    /// Joins the line at its end.
    fn queue_up(&mut self) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.line.push_back(ticket);
        ticket
    }

    fn may_go_on(&self, ticket: u64) -> bool {
        self.line.iter().take(self.free).any(|&waiting| waiting == ticket)
    }

    fn leave(&mut self, ticket: u64) {
        self.line.retain(|&waiting| waiting != ticket);
    }
}

/// The right to go on, until it is dropped.
#[must_use = "the permit goes back as soon as it is dropped"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    /// A semaphore with `permits` permits, all of them free.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        let state = State { free: permits, line: VecDeque::new(), next_ticket: 0 };
        Self { state: Mutex::new(state), came_back: Condvar::new() }
    }

    /// Waits for a permit.
    pub fn acquire(&self) -> Permit<'_> {
        let mut state = self.lock();
        let ticket = state.queue_up();
        let waited = self.came_back.wait_while(state, |state| !state.may_go_on(ticket));
        self.take(unpoisoned(waited), ticket)
    }

    /// A permit, if one is free and nobody waits for it.
    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.lock();
        // One for each who waits; is there another?
        if state.free <= state.line.len() {
            return None;
        }
        state.free -= 1;
        Some(Permit { semaphore: self })
    }

    /// Waits for a permit, but no longer than `timeout`.
    #[must_use]
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let mut state = self.lock();
        let ticket = state.queue_up();
        // It remembers when it began, however often it wakes up, and copes with a limit that no clock can show.
        let waited = self.came_back.wait_timeout_while(state, timeout, |state| !state.may_go_on(ticket));
        let (mut state, _) = unpoisoned(waited);
        // Asked once more: the permit may have come while the time was running out.
        if state.may_go_on(ticket) {
            return Some(self.take(state, ticket));
        }
        state.leave(ticket);
        None
    }

    /// The permit of somebody whose turn it is.
    fn take(&self, mut state: MutexGuard<'_, State>, ticket: u64) -> Permit<'_> {
        state.leave(ticket);
        state.free -= 1;
        Permit { semaphore: self }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        unpoisoned(self.state.lock())
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.lock().free += 1;
        self.semaphore.came_back.notify_all();
    }
}

/// No foreign code runs under the lock, so nothing can have been left half done.
fn unpoisoned<T>(result: Result<T, PoisonError<T>>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}
