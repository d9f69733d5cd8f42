//! A future that is dropped midway leaves nothing behind.

use super::Policy;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;
use crate::wire::Outcome;
use crate::words::{count, tick};

/// When the judge drops the future of the first call, all of its work ends by being dropped, and none starts later. A tick is
/// allowed for tasks to be told. A call that is over before it can be dropped does not pass. A pass proves it for the moment at which it
/// was dropped.
pub struct StopsWhenDropped {
    /// The supplied function.
    pub kind: u16,
    /// What an input is called.
    pub noun: &'static str,
}

impl Policy for StopsWhenDropped {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let (at, outcome) =
            run.calls[0].ended.as_ref().ok_or_else(|| over_before("it has no end".to_owned()))?;
        if let Outcome::Returned(_) | Outcome::Panicked(_) = outcome {
            let how = if matches!(outcome, Outcome::Returned(_)) { "returned" } else { "panicked" };
            return Err(over_before(format!("it {how} at {}", tick(*at))));
        }
        let last = at + scenario.rounding();
        let works = || run.works.iter().filter(|work| work.call == 0 && work.work.kind == self.kind);
        let went_on =
            works().filter(|work| work.start <= last && work.end.is_none_or(|end| end > last)).count();
        let started = works().filter(|work| work.start > last).count();
        if went_on + started == 0 {
            return Ok(());
        }
        let noun = self.noun;
        let mut observed = Vec::new();
        if went_on > 0 {
            observed.push(format!("{} went on", count(went_on, noun)));
        }
        if started > 0 {
            observed.push(format!("{} started later", count(started, noun)));
        }
        Err(Finding::fail(
            format!("dropped at {}: nothing of it goes on, and nothing starts later", tick(*at)),
            observed.join("; "),
            "spawned tasks live on when their `JoinHandle` is dropped: that detaches them; or a `Drop` stops them too late, in a task that it \
             spawns, or one after the other has gone",
            "keep them in something that aborts them all when it is dropped (a `JoinSet`, or a `Drop` that calls `abort` itself), or do not \
             spawn: poll the futures in place",
        ))
    }
}

fn over_before(observed: String) -> Finding {
    Finding::fail(
        "the call is still at work when its future is dropped",
        observed,
        "it does not wait for its work: it returned, or gave up, before the work could be done",
        "see the checks on results first",
    )
}
