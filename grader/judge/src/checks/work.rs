//! Which inputs were worked, how often, and whether anything was left behind.

use std::collections::{BTreeMap, BTreeSet};

use super::Policy;
use super::results::{CALL_KEYS, index};
use crate::run::{Run, WorkRecord};
use crate::scenario::Scenario;
use crate::suite::Finding;
use crate::words::{count, list, tick};

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
            if run.works.iter().any(|work| work.panicked && twice.first() == Some(&work.work.key)) {
                format!("the call that panicked is made again, or two threads or tasks take the same {noun}")
            } else {
                format!(
                    "two threads or tasks take the same {noun}, the work is done a second time to get at its result, or it is \
                     tried again"
                )
            },
            format!("let each {noun} be taken once only, and keep what the one call gave, whatever that was"),
        ))
    }
}

/// Each planned input is worked exactly once; at most once in a call in which the work panics. A pass says nothing of what
/// became of the results.
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
        let excused: BTreeSet<u64> =
            run.works.iter().filter(|work| work.panicked).map(|work| work.call as u64).collect();
        let missing = times.iter().filter(|(key, times)| **times == 0 && !excused.contains(&of_call(**key)));
        let never: Vec<u64> = missing.map(|(key, _)| *key).collect();
        if never.is_empty() {
            return Ok(());
        }
        let (cause, hint) = left_out(noun, &never, &times, scenario);
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

/// That a call of the student's function is not over before its work is: it would take no time then, whatever the work takes.
pub(super) fn waited_for(run: &Run, call: usize, works: &[&WorkRecord]) -> Result<(), Finding> {
    let ended = run.calls[call].ended.as_ref().map(|(end, _)| *end);
    let is_over = |work: &&&WorkRecord| ended.is_some_and(|ended| work.end.is_some_and(|end| end <= ended));
    let left = works.iter().filter(|work| !is_over(work)).count();
    if left == 0 {
        return Ok(());
    }
    let last = works
        .iter()
        .filter_map(|work| work.end)
        .max()
        .map(|last| format!(", the last one at {}", tick(last)));
    Err(Finding::fail(
        "the function does not end before its work does",
        format!(
            "it ended{}, and {} of its work later{}",
            ended.map_or_else(String::new, |ended| format!(" at {}", tick(ended))),
            count(left, "call"),
            last.unwrap_or_default()
        ),
        "it does not wait for all of its work",
        "wait for each call of the work before you return: join every thread, await every task",
    ))
}

/// Nothing was called at all.
pub(super) const NEVER_CALLED: &str = "the function that is handed in is never called: the results come from somewhere else, or nothing is done (a loop that \
     ends too early, a share that is rounded down to 0)";

/// The call of the student's function that has an input.
fn of_call(key: u64) -> u64 {
    key / CALL_KEYS
}

/// Why inputs were never worked, and what to try.
fn left_out(
    noun: &str,
    never: &[u64],
    times: &BTreeMap<u64, usize>,
    scenario: &Scenario,
) -> (String, String) {
    // A call that has all of its inputs worked beside one that has none.
    let all_of =
        |keys: &mut dyn Iterator<Item = &u64>| keys.map(|key| of_call(*key)).collect::<BTreeSet<_>>();
    let missing = all_of(&mut never.iter());
    let complete = all_of(&mut times.keys()).iter().any(|call| !missing.contains(call));
    let none_of = |call: &u64| times.iter().all(|(key, times)| of_call(*key) != *call || *times == 0);
    let shares = complete && missing.iter().any(none_of);
    let side_by_side = scenario.calls.iter().any(|call| call.lane != scenario.calls[0].lane);
    // Each call has an end of its own: the first one that misses anything speaks for all.
    let first = |key: &&u64| of_call(**key) == of_call(never[0]);
    let of_first = never.iter().filter(first).count();
    let at_the_end = times.keys().filter(first).rev().zip(never.iter().filter(first).rev());
    let at_the_end = at_the_end.filter(|(key, never)| key == never).count();
    if never.len() == times.len() {
        (NEVER_CALLED.to_owned(), format!("call the function that you are given, once for each {noun}"))
    } else if shares || side_by_side {
        (
            format!("one call of yours takes its {noun}s and another does not: they share something"),
            "keep nothing from one call to the next, and nothing that two calls share: no `static`, no table of results, no \
             counter that runs on"
                .to_owned(),
        )
    } else if at_the_end < of_first || has_equal_texts(scenario, of_call(never[0])) {
        (
            format!(
                "equal {noun}s are taken for one, or {noun}s in the middle are passed over, where two parts of a split do not meet"
            ),
            format!(
                "go by the index of each {noun} and not by its value; every index must be in exactly one part"
            ),
        )
    } else {
        (
            "the end of the input is cut off: a range that is too short, a division that drops the remainder, or something (a \
             count, an empty queue, a failure, a time limit) that is taken for the end"
                .to_owned(),
            format!("count the {noun}s of all parts: every index from 0 to the length must be in exactly one"),
        )
    }
}

/// Whether a call is made with equal texts.
fn has_equal_texts(scenario: &Scenario, call: u64) -> bool {
    let call = usize::try_from(call).ok().and_then(|call| scenario.calls.get(call));
    let texts = call.map(|call| call.request.input.texts.as_slice()).unwrap_or_default();
    texts.iter().collect::<BTreeSet<_>>().len() < texts.len()
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
        let (cause, hint) = if run.event_loop {
            (
                "tasks were spawned and are neither awaited nor aborted before the call ends, for instance when one of them panics",
                "keep the tasks in something that aborts them when it is dropped (a `JoinSet`), or do not spawn: poll in place",
            )
        } else {
            (
                "it does not wait for all of its threads before it ends",
                "join every thread, also when one of them panics; `std::thread::scope` does so by itself",
            )
        };
        Err(Finding::fail(
            format!("when the function ends, no call of `{f}` is in progress and none starts later"),
            observed.join("; "),
            cause,
            hint,
        ))
    }
}
