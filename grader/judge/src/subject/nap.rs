//! A bed: a thread sleeps in it on the judge's clock, until a tick or until another thread wakes it.
//!
//! Invariant: from the moment in which it has said that it sleeps the sleeper holds no lock, and is woken only by one who has told the
//! judge so before. So the judge takes no thread for asleep that runs, or is about to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Judge, Slot, threads};
use crate::wire::{Answer, Payload, ToJudge};

/// What is in a bed: nothing, a wake-up for the next sleeper, or a sleeper, whose question has this number and [`SLEEPER`] more.
const EMPTY: u64 = 0;
const WOKEN: u64 = 1;
const SLEEPER: u64 = 2;

/// A place to sleep in, for one thread at a time. Clones are the same place.
#[derive(Clone)]
pub struct Bed {
    judge: Judge,
    state: Arc<AtomicU64>,
}

impl Judge {
    /// A bed in which nobody sleeps. The scenario has to be on one clock.
    #[must_use]
    pub fn bed(&self) -> Bed {
        Bed { judge: self.clone(), state: Arc::default() }
    }
}

impl Bed {
    /// Sleeps until that tick, or until it is woken, whichever comes first; `None`: until it is woken. A wake-up that came before counts,
    /// once. (Where the call is measured, nobody sleeps.)
    pub fn nap(&self, until: Option<u64>) {
        let Judge { shared, call, caller, burn, .. } = &self.judge;
        if burn.is_some() || self.take_wake_up() {
            return;
        }
        let (id, slot) = shared.expect_answer(Slot::default());
        let sleeper = id + SLEEPER;
        if self.change(EMPTY, sleeper) {
            let tid = threads::current();
            shared.outbox.send(&ToJudge::Nap { id, call: *call, tid, on_caller: tid == *caller, until });
            let _ = slot.wait();
            // Whoever has woken this has taken it out; where it has slept to the end it goes by itself.
            self.change(sleeper, EMPTY);
        } else {
            // It was woken meanwhile, and nobody has been told of this sleep.
            shared.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&id);
            self.take_wake_up();
        }
    }

    /// Wakes whoever sleeps there, or the next one as it goes to sleep. Any thread may.
    pub fn wake(&self) {
        loop {
            match self.state.load(Ordering::SeqCst) {
                WOKEN => return,
                EMPTY => {
                    if self.change(EMPTY, WOKEN) {
                        return;
                    }
                }
                sleeper => {
                    // One that has slept to the end just now keeps this for the next time.
                    let id = sleeper - SLEEPER;
                    let Some(slot) = self.judge.shared.withdraw(id) else {
                        if self.change(sleeper, WOKEN) {
                            return;
                        }
                        continue;
                    };
                    self.change(sleeper, EMPTY);
                    slot.give(Answer::Return(Payload::default()));
                    return;
                }
            }
        }
    }

    fn take_wake_up(&self) -> bool {
        self.change(WOKEN, EMPTY)
    }

    fn change(&self, from: u64, to: u64) -> bool {
        self.state.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}
