//! The event loop is free.

use judge::checks::{EventLoopFree, Policy};
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::{count, tick};

use super::super::shared::BEAT;
use super::day::BETWEEN_BEATS;
use super::seen::{COMPUTES, Seen};

/// `predict` never runs on the thread of the event loop, which waits nowhere else; and a task that asks for a turn every 25 ticks has it to
/// the tick. A pass does not prove that the loop is never held up for less than it takes to be seen.
pub(super) struct LoopFree;

impl Policy for LoopFree {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(scenario, run);
        let (here, all) = seen.on_the_loop();
        if here > 0 {
            let (cause, hint) = COMPUTES;
            let observed = format!("{here} of {} of `predict` ran there{}", count(all, "call"), late(&seen));
            return Err(Finding::fail(
                "nothing computes on the thread of the event loop",
                observed,
                cause,
                hint,
            ));
        }
        EventLoopFree.judge(scenario, run)?;
        let late = late(&seen);
        if late.is_empty() {
            return Ok(());
        }
        Err(Finding::fail(
            "every task has its turn as soon as it may go on",
            late.trim_start_matches("; "),
            "the thread of the event loop was busy or asleep with something else",
            "let nothing compute, sleep or wait there but by `.await`",
        ))
    }
}

/// Which turn came late first, or nothing: those after it are asked for after it.
fn late(seen: &Seen) -> String {
    let due = |beat: u64| beat * BETWEEN_BEATS;
    let first = seen.of_kind(BEAT).find(|work| work.start != due(work.work.key));
    first.map_or_else(String::new, |work| {
        format!("; a task that was due at {} had its turn at {}", tick(due(work.work.key)), tick(work.start))
    })
}
