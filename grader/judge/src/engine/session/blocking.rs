//! Whether student code blocks an event loop: while a call is being made and everything rests, the loop's thread waits in its poll (one
//! of the student's own: in a nap) and nowhere else. A lock, a channel, a join, a sleep or a read there lets no other task run, whether it has a time limit or not.
//!
//! Where threads can't be seen the subject is asked how often its loop has begun and ended that wait. What it says may be made up: it
//! can make a check fail for its own author, and never lets one pass that would not pass unasked.

use super::{Error, Session};
use crate::engine::watch::{Doing, Seen, Timer};
use crate::run::Stuck;
use crate::scenario::Timers;
use crate::wire::ToSubject;

/// What the subject says of its loop's wait since anything else was said.
#[derive(Debug, Default)]
pub(super) struct Parking {
    asked: bool,
    /// The answer.
    said: Option<u64>,
    /// The answer before, where the loop was not in its wait then.
    before: Option<u64>,
}

impl Parking {
    /// Something else was said, by either side.
    pub(super) fn progress(&mut self) {
        *self = Self { asked: self.asked, ..Self::default() };
    }

    pub(super) fn hear(&mut self, parks: u64) -> Result<(), String> {
        if !std::mem::take(&mut self.asked) {
            return Err("an answer to what was not asked".into());
        }
        self.said = Some(parks);
        Ok(())
    }

    /// What is known: whether the loop was blocked all the time between two answers, at both of which everything rested. `None`: it
    /// has to be asked again.
    fn is_blocked(&mut self) -> Option<bool> {
        let said = self.said?;
        if said % 2 == 1 {
            return Some(false);
        }
        if self.before == Some(said) {
            return Some(true);
        }
        self.before = Some(said);
        self.said = None;
        None
    }
}

impl Session<'_> {
    /// It is told once, with its place, which may be asked for while every thread sleeps outside of the allocator. True where
    /// something was asked for: then what was seen is out of date.
    pub(super) fn look_for_blocking(&mut self, seen: &[Seen]) -> Result<bool, Error> {
        let told = !self.waiting.blocking.is_empty();
        let napped = self.scenario.one_clock == Some(Timers::Napped);
        let is_a_loop = self.scenario.event_loop
            || matches!(self.scenario.one_clock, Some(Timers::Held | Timers::Napped));
        if !is_a_loop || told || !self.ledger.some_call_is_made() || self.ledger.naps(self.main) {
            return Ok(false);
        }
        let Some(main) = seen.iter().find(|thread| thread.tid == self.main) else { return Ok(false) };
        self.waiting.blocking = match main.doing {
            // The student's own loop says nothing of its waits.
            Doing::Unseen if napped => return Ok(false),
            Doing::Unseen => match self.parking.is_blocked() {
                // What the loop's own thread computes is in progress, and no wait: what it means is for the checks to say.
                Some(true) if self.ledger.caller_works() => return Ok(false),
                Some(true) => self.blocked_unseen()?,
                Some(false) => return Ok(false),
                None => return Ok(self.ask_whether_it_parks()),
            },
            // One that asked for too long a sleep is over with at once. To ask for its place here would wake it, and it would go
            // to sleep again for what is left: how long that is depends on how late the machine let us look.
            Doing::Runs | Doing::WaitsForTime(Timer::LongSleep) => return Ok(false),
            doing if !napped && doing.is_in_the_event_loop() => return Ok(false),
            _ => self.explain(std::slice::from_ref(main))?,
        };
        self.progress();
        Ok(true)
    }

    /// True where it had not been asked.
    fn ask_whether_it_parks(&mut self) -> bool {
        if self.parking.asked {
            return false;
        }
        self.parking.asked = true;
        self.send(&ToSubject::Parks);
        // The answer takes a moment of CPU time: what rests then is looked at again.
        self.watch.progress();
        true
    }

    fn blocked_unseen(&mut self) -> Result<Vec<Stuck>, Error> {
        let mut threads = self.explain_all()?;
        threads.retain(|thread| thread.thread == "main");
        threads.truncate(1);
        if threads.is_empty() {
            let wait = Doing::Unseen.words().to_owned();
            threads.push(Stuck { process: None, thread: "main".to_owned(), wait, place: None, callee: None });
        }
        Ok(threads)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hears(parking: &mut Parking, parks: u64) -> Option<bool> {
        parking.asked = true;
        parking.hear(parks).unwrap();
        parking.is_blocked()
    }

    #[test]
    fn a_loop_is_blocked_that_stays_out_of_its_wait_from_one_rest_to_the_next() {
        let mut parking = Parking::default();
        assert_eq!(parking.is_blocked(), None);
        assert_eq!(hears(&mut parking, 4), None);
        // It has been in its wait meanwhile, and out of it again.
        assert_eq!(hears(&mut parking, 6), None);
        assert_eq!(hears(&mut parking, 6), Some(true));
        parking.progress();
        assert_eq!(hears(&mut parking, 6), None);
        assert_eq!(hears(&mut parking, 7), Some(false));
        assert!(parking.hear(7).is_err());
    }
}
