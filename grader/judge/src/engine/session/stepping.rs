//! What is looked for while drivers do steps: time limits that have yet to run out, and polling.

use super::{Error, Session, Step};
use crate::engine::steps::{Limits, Nudged};
use crate::engine::watch::Seen;
use crate::steps::Told;

impl Session<'_> {
    /// Whether a step's time limit has yet to run out, or did so just now.
    pub(super) fn limit_runs(&mut self) -> bool {
        match self.ledger.steps().limits() {
            Limits::None => false,
            Limits::Run => true,
            Limits::RanOut => {
                // Whoever polls has yet to look around.
                self.waits.progress();
                self.watch.progress();
                true
            }
        }
    }

    /// All sleep, and a time limit runs: what is to come within it comes, or its end is waited for.
    pub(super) fn within_limit(&mut self, seen: &[Seen]) -> Step {
        let steps = self.ledger.steps();
        let polling: Vec<Seen> = seen.iter().filter(|thread| steps.polls_within(thread)).cloned().collect();
        if self.waiting.polling.is_empty() && !polling.is_empty() {
            self.waiting.polling = self.explain(&polling)?;
            self.progress();
            return Ok(None);
        }
        if self.ledger.goes_on_within() { self.advance(seen) } else { Ok(self.not_yet()) }
    }

    /// What the driver that nudges is told: who is woken, and at which address.
    pub(super) fn nudge(&mut self, nudged: Nudged, seen: &[Seen]) -> Told {
        let (whom, thread) = match nudged {
            Nudged::Driver(driver, thread) => (driver, thread),
            Nudged::Own => {
                let steps = self.ledger.steps();
                let own = |thread: &&Seen| {
                    thread.tid != self.main
                        && steps.has_limit(thread.tid).is_none()
                        && !self.waits.is_reader(thread.tid)
                };
                (Told::OWN_THREAD, seen.iter().find(own).map(|thread| thread.tid))
            }
        };
        Told::Nudge(thread.map(|thread| (whom, self.watch.waits_at(thread).unwrap_or(0))))
    }

    /// Whether drivers poll in a step: told once, with their places. True where those were asked for: then what was seen is out of date.
    pub(super) fn look_for_polling(&mut self, seen: &[Seen]) -> Result<bool, Error> {
        if !self.waiting.polling.is_empty() {
            return Ok(false);
        }
        let steps = self.ledger.steps();
        let waits = &self.waits;
        // A step with a limit may wait with that limit.
        let polls = |thread: &&Seen| match steps.has_limit(thread.tid) {
            None => self.scenario.untimed && waits.is_timed(thread),
            Some(true) => waits.polls(thread),
            Some(false) => waits.is_timed(thread),
        };
        let polling: Vec<Seen> = seen.iter().filter(polls).cloned().collect();
        if polling.is_empty() {
            return Ok(false);
        }
        self.waiting.polling = self.explain(&polling)?;
        self.progress();
        Ok(true)
    }
}
