//! A call depends on its arguments alone: not on the calls before it, nor on those beside it.

use super::Policy;
use crate::run::Run;
use crate::scenario::{Scenario, Ticks};
use crate::suite::Finding;
use crate::words::{count, tick};

/// Each call of the student's function begins its work at once, and none is held to the number of workers that another call was
/// given. That the results are its own and that it keeps its limit is for other policies. A pass does not prove that calls
/// share nothing: only that it does not show in these.
pub struct EachCallAlone {
    /// The supplied function.
    pub kind: u16,
    /// How many may be in flight, for each call.
    pub workers: Vec<usize>,
    /// The name of the argument that says so.
    pub argument: &'static str,
}

impl Policy for EachCallAlone {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| {
            self.begins_at_once(run, call, scenario.rounding())?;
            self.uses_its_own_number(run, call)
        })
    }
}

impl EachCallAlone {
    fn begins_at_once(&self, run: &Run, call: usize, rounding: Ticks) -> Result<(), Finding> {
        let starts = run.works.iter().filter(|work| work.call == call && work.work.kind == self.kind);
        let start = run.calls[call].start;
        let Some(first) = starts.map(|work| work.start).min().filter(|&first| first > start + rounding)
        else {
            return Ok(());
        };
        Err(Finding::fail(
            "calls that are made at the same time run at the same time",
            format!("call {} was made at {}, and its work began at {}", call + 1, tick(start), tick(first)),
            "one call waits for another: they share a lock, a pool or a queue",
            "keep nothing that two calls share: no `static`",
        ))
    }

    /// A program that is slower than it could be in every call is not meant here: only one that does in this call exactly what
    /// another one allowed.
    fn uses_its_own_number(&self, run: &Run, call: usize) -> Result<(), Finding> {
        let most = |call: usize| run.calls[call].most_in_flight.get(&self.kind).copied().unwrap_or(0);
        let workers = |call: usize| self.workers.get(call).copied().unwrap_or(0);
        let inputs = run.works.iter().filter(|work| work.call == call && work.work.kind == self.kind).count();
        let possible = workers(call).min(inputs);
        let held = (0..run.calls.len()).find(|&other| {
            workers(other) < possible
                && most(other) == workers(other)
                && most(call) == workers(other)
                && most(other) > 1
        });
        let Some(other) = held else { return Ok(()) };
        Err(Finding::fail(
            format!("call {} uses its own {}", call + 1, count(workers(call), "worker")),
            format!(
                "at most {} in flight, as `{}` of call {} allows",
                count(most(call), "call"),
                self.argument,
                other + 1
            ),
            "something is kept from one call to the next: a pool, or a number of threads",
            "make what a call needs in that call, from its own arguments: no `static`",
        ))
    }
}
