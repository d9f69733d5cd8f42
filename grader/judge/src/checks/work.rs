//! Which inputs were worked, how often, and whether anything was left behind.

use std::collections::BTreeMap;

use super::Policy;
use super::results::{CALL_KEYS, index};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;
use crate::words::{count, list};

/// No planned input is worked more than once. A pass does not prove that each is worked.
pub struct NoneTwice {
    /// The supplied function.
    pub kind: u16,
    /// What an input is called: `item`.
    pub noun: &'static str,
}

/// How often each planned input was worked.
fn times(kind: u16, scenario: &Scenario, run: &Run) -> BTreeMap<u64, usize> {
    let mut times: BTreeMap<u64, usize> = scenario.plan.of_kind(kind).map(|(key, _)| (key, 0)).collect();
    for work in run.works.iter().filter(|work| work.work.kind == kind && !work.unplanned) {
        *times.entry(work.work.key).or_default() += 1;
    }
    times
}

impl Policy for NoneTwice {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let times = times(self.kind, scenario, run);
        let noun = self.noun;
        let invented = run.works.iter().filter(|work| work.work.kind == self.kind && work.unplanned).count();
        let twice: Vec<u64> = times.iter().filter(|(_, times)| **times > 1).map(|(key, _)| *key).collect();
        let observed = match twice[..] {
            [first, ..] => format!(
                "{noun} {} worked more than once ({noun} {}: {} times)",
                list(twice.iter().copied().map(index)),
                index(first),
                times[&first]
            ),
            [] if invented > 0 => format!("{} more than there are inputs", count(invented, "call")),
            [] => return Ok(()),
        };
        Err(Finding::fail(
            format!("each {noun} is worked once"),
            observed,
            format!(
                "two threads or tasks take the same {noun}, or the work is done a second time to get at its result"
            ),
            format!("let each {noun} be taken once only, and keep the result of the one call"),
        ))
    }
}

/// Each planned input is worked exactly once; at most once where a call panics. A pass says nothing of what became of the
/// results.
pub struct EachOnce {
    /// The supplied function.
    pub kind: u16,
    /// What an input is called: `item`.
    pub noun: &'static str,
}

impl Policy for EachOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        NoneTwice { kind: self.kind, noun: self.noun }.judge(scenario, run)?;
        let times = times(self.kind, scenario, run);
        let noun = self.noun;
        let never: Vec<u64> = times.iter().filter(|(_, times)| **times == 0).map(|(key, _)| *key).collect();
        if never.is_empty() || run.works.iter().any(|work| work.panicked) {
            return Ok(());
        }
        let (cause, hint) = left_out(noun, &never, &times);
        Err(Finding::fail(
            format!("each {noun} is worked once"),
            format!(
                "{} of {} never worked: {noun} {}",
                count(never.len(), noun),
                times.len(),
                list(never.iter().copied().map(index))
            ),
            cause,
            hint,
        ))
    }
}

/// Why inputs were never worked, and what to try.
fn left_out(noun: &str, never: &[u64], times: &BTreeMap<u64, usize>) -> (String, String) {
    if never.len() == times.len() {
        (
            "the function that is handed in is never called: the results come from somewhere else, or nothing is done".to_owned(),
            format!("call the function that you are given, once for each {noun}"),
        )
    } else if never[0] >= CALL_KEYS {
        (
            format!("the first call of yours takes all its {noun}s, a later one does not: something is kept in between"),
            "keep nothing from one call to the next: no `static`, no table of results, no counter that runs on".to_owned(),
        )
    } else {
        (
            format!(
                "a split whose parts do not add up to the whole (a division that cuts the remainder off), an early end (a \
                 count, an empty queue or a time limit taken for it), or equal {noun}s taken for one"
            ),
            format!(
                "count the {noun}s of all parts: every index from 0 to the length must be in exactly one"
            ),
        )
    }
}

/// When a call of the student's function ends, no call of the work is in progress and none starts later. A pass does not
/// prove that all threads have ended: only that they make no calls.
pub struct NothingLeft {
    /// What a call of the work is called: `f`.
    pub function: &'static str,
}

impl Policy for NothingLeft {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let left: usize = run.calls.iter().map(|call| call.in_progress_at_end).sum();
        let later = run.works.iter().filter(|work| work.after_end).count();
        if left == 0 && later == 0 {
            return Ok(());
        }
        let f = self.function;
        let mut observed = Vec::new();
        if left > 0 {
            observed.push(format!("{} of `{f}` still in progress when it ended", count(left, "call")));
        }
        if later > 0 {
            observed.push(format!("{} of `{f}` started after it had ended", count(later, "call")));
        }
        Err(Finding::fail(
            format!("when the function ends, no call of `{f}` is in progress and none starts later"),
            observed.join("; "),
            "it does not wait for all of its threads before it ends",
            "join every thread, also when one of them panics; `std::thread::scope` does so by itself",
        ))
    }
}
