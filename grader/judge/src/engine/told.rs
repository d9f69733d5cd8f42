//! Ticks of a clock of the subject's own, as they are told: whether a clock can have been like that.
//!
//! The kit reads the clock of the runtime that runs the call, tells nothing out of turn, and lets no work end before its time. So a
//! tick that breaks one of these rules was made up. What holds the clock itself is in `subject/event_loop.rs`.

use crate::run::WorkRecord;
use crate::scenario::Ticks;
use crate::wire::Outcome;

/// A tick that no scenario comes near: sums of ticks below it don't overflow.
pub(super) const FAR_OFF: Ticks = 1 << 48;

/// A call that does not return has its end told so much later than its tick at most: whatever it aborts has a turn first.
const SETTLE: Ticks = 2;

/// The last tick that was told, by call.
#[derive(Debug)]
pub(super) struct ToldTimes(Vec<Ticks>);

/// Why something can't be what the kit has told.
type Plausible = Result<(), String>;

impl ToldTimes {
    /// Nothing is told yet of so many calls.
    pub(super) fn nothing(calls: usize) -> Self {
        Self(vec![0; calls])
    }

    /// Something of a call was told at this tick. (Of a call that there is not, something else is wrong.)
    pub(super) fn hear(&mut self, call: usize, at: Ticks) -> Plausible {
        in_reach(at)?;
        let Some(last) = self.0.get_mut(call) else { return Ok(()) };
        if at < *last {
            return Err(format!(
                "something at tick {at} after something at tick {last}: a clock that goes back"
            ));
        }
        *last = at;
        Ok(())
    }

    /// A call ended so, at this tick.
    pub(super) fn end(&self, call: usize, outcome: &Outcome, at: Ticks) -> Plausible {
        in_reach(at)?;
        let last = self.0.get(call).copied().unwrap_or(0);
        let settle = if matches!(outcome, Outcome::Returned(_)) { 0 } else { SETTLE };
        if at + settle < last {
            return Err(format!("a call that ended at tick {at}, after something of it at tick {last}"));
        }
        Ok(())
    }
}

/// Work came to its end at this tick.
pub(super) fn takes_its_time(work: &WorkRecord, at: Ticks) -> Plausible {
    let (start, ticks) = (work.start, work.ticks);
    if at < start + ticks {
        return Err(format!(
            "the end of work at tick {at} that began at tick {start} and takes {ticks} ticks"
        ));
    }
    Ok(())
}

/// Whether a tick can be one.
fn in_reach(at: Ticks) -> Plausible {
    if at < FAR_OFF { Ok(()) } else { Err(format!("tick {at}, which no run comes to")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Payload;

    #[test]
    fn a_clock_goes_on_and_each_call_has_its_own() {
        let mut told = ToldTimes::nothing(2);
        assert_eq!([0, 7, 7, 9].map(|at| told.hear(0, at)), [const { Ok(()) }; 4]);
        assert!(told.hear(0, 8).is_err());
        assert_eq!(told.hear(1, 0), Ok(()));
        assert!(told.hear(1, FAR_OFF).is_err());
    }

    #[test]
    fn a_call_ends_last_but_for_what_it_aborts() {
        let mut told = ToldTimes::nothing(1);
        told.hear(0, 9).unwrap();
        let returned = Outcome::Returned(Payload::default());
        assert!(told.end(0, &returned, 8).is_err());
        assert_eq!(told.end(0, &returned, 9), Ok(()));
        assert_eq!(told.end(0, &Outcome::Dropped, 8), Ok(()));
        assert!(told.end(0, &Outcome::Dropped, 6).is_err());
    }
}
