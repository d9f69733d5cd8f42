//! The roll: when all calls have ended, the threads that made them say that they are back. Whoever forges the end of a call and never
//! returns does not come to its end: where it waits is told as of any program that can't go on.

use std::collections::{BTreeMap, BTreeSet};

use super::Session;
use crate::run::End;
use crate::wire::ToSubject;

#[derive(Debug, Default)]
pub(super) struct Roll {
    /// How often the main thread had run when it was called. `None` where that can't be seen.
    before: Option<u64>,
    /// Whether it was called, and who is still to answer: made-up numbers.
    awaited: Option<BTreeSet<u64>>,
}

impl Roll {
    pub(super) fn hear(&mut self, nonce: u64) -> Result<(), String> {
        let awaited = self.awaited.as_mut().is_some_and(|awaited| awaited.remove(&nonce));
        if awaited { Ok(()) } else { Err("an answer to a roll that was not called".into()) }
    }
}

impl Session<'_> {
    /// Everything rests, and all calls have ended. False where the roll was called before, and somebody is missing.
    pub(super) fn call_the_roll(&mut self) -> bool {
        if self.roll.awaited.is_some() {
            return false;
        }
        self.roll.before = self.watch.turns(self.main);
        let lanes: BTreeMap<u32, u64> =
            self.scenario.calls.iter().map(|call| (call.lane, fastrand::u64(..))).collect();
        self.roll.awaited = Some(lanes.values().copied().collect());
        for (lane, nonce) in lanes {
            self.send(&ToSubject::Roll { lane, nonce });
        }
        self.progress();
        true
    }

    /// Whether the roll was called and everybody has answered: then the run is over.
    pub(super) fn all_are_back(&mut self) -> Option<End> {
        if !self.roll.awaited.as_ref().is_some_and(BTreeSet::is_empty) {
            return None;
        }
        let main_made_calls = self.scenario.calls.iter().any(|call| call.lane == 0);
        let ran = self.roll.before.is_none_or(|before| self.watch.turns(self.main) != Some(before));
        if main_made_calls && !ran {
            return Some(End::Forged(
                "an answer of the main thread, which has not run since it was asked".into(),
            ));
        }
        Some(End::Finished)
    }
}
