//! All work at the same time.

use super::{EachOnce, Policy};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;
use crate::words::{count, thousands};

/// Each call takes as long as its longest work: everything is in flight together. On an event loop one tick of rounding is
/// allowed. A pass does not prove in which order the work started.
pub struct AllTogether {
    /// The supplied function.
    pub kind: u16,
    /// What an input is called.
    pub noun: &'static str,
}

impl Policy for AllTogether {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        EachOnce { kind: self.kind, noun: self.noun }.judge(scenario, run)?;
        (0..run.calls.len()).try_for_each(|call| {
            let Some(makespan) = run.calls[call].makespan() else { return Ok(()) };
            let works =
                || run.works.iter().filter(move |work| work.call == call && work.work.kind == self.kind);
            let longest = works().map(|work| work.ticks).max().unwrap_or(0);
            if makespan <= longest + scenario.rounding() {
                return Ok(());
            }
            let most = run.calls[call].most_in_flight.get(&self.kind).copied().unwrap_or(0);
            let all = works().count();
            let (cause, hint) = cause(scenario.event_loop, most, all);
            Err(Finding::fail(
                format!(
                    "{} ticks, as long as the longest: all {all} are in flight together",
                    thousands(longest)
                ),
                format!(
                    "{} ticks; at most {} in flight together",
                    thousands(makespan),
                    count(most, self.noun)
                ),
                cause,
                hint,
            ))
        })
    }
}

fn cause(event_loop: bool, most: usize, all: usize) -> (&'static str, &'static str) {
    match (event_loop, most < all, most <= 1) {
        (true, true, true) => (
            "each future is awaited to its end before the next one starts: an `.await` in the loop (of a spawned task too), or \
             a lock held across an `.await`",
            "make all futures first, then await them together (`join_all`, or spawn all and then await the handles)",
        ),
        (true, true, false) => (
            "only some of them run together: a fixed number of lanes, batches, or a limit that nobody asked for",
            "start all of them before you wait for any",
        ),
        (true, false, _) => (
            "the call goes on waiting after the last one has ended, or one of them starts late: a timer stands in for the event",
            "await the futures themselves; no `sleep` is needed",
        ),
        (false, true, true) => (
            "each call is waited for before the next starts: a join in the same loop as the spawn, a lazy iterator that spawns \
             and joins one by one, a lock held while the work runs, or no threads at all",
            "start all threads first (collect the handles), and join them in a second loop",
        ),
        (false, ..) => (
            "the calls share fewer threads than there are inputs, or some wait for others before they start",
            "give each input a thread of its own, and start them all before you join any",
        ),
    }
}
