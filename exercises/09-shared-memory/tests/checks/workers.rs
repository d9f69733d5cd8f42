//! How workers take items, and what they die of.

use std::collections::BTreeMap;

use judge::checks::{EachOnce, NoneTwice, Policy, Returns};
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::wire::{Outcome, Panic};
use judge::words;

use super::super::shared::{ACCESS, BACK, START, STORE, WORK};
use super::ITEM;

/// Each item is worked exactly once. A pass says nothing of what became of its amount.
pub(super) struct TakenOnce;

/// No item is worked twice. A pass does not prove that each is worked.
pub(super) struct NeverTwice;

/// The call returns, and no worker panics. A pass says nothing of what is in the block.
pub(super) struct Lives;

/// The same, where there are as few slots as there may be, and as many workers.
pub(super) struct KeepsToItsSlots;

/// No worker's process ends before `worker` has returned. A pass says nothing of when.
pub(super) struct WorkersReturn;

impl Policy for WorkersReturn {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let of_kind = |kind| run.works.iter().filter(move |work| work.work.kind == kind).count();
        let (started, back) = (of_kind(START), of_kind(BACK));
        if back >= started || run.calls.iter().any(|call| call.returned().is_none()) {
            return Ok(());
        }
        Err(Finding::fail(
            "`worker` returns when no item is left",
            format!(
                "{} of {started} ended, and `worker` had not returned",
                words::count(started - back, "process")
            ),
            "it ends the process itself, with `process::exit`: nothing that its caller has to do after it is done any more",
            "return: the process ends with status 0 by itself",
        ))
    }
}

impl Policy for TakenOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        EachOnce { kind: WORK, noun: ITEM }.judge(scenario, run).map_err(|finding| taken(finding, run))
    }
}

impl Policy for NeverTwice {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        NoneTwice { kind: WORK, noun: ITEM }.judge(scenario, run).map_err(|finding| taken(finding, run))
    }
}

/// Among processes there are other causes than among threads.
fn taken(mut finding: Finding, run: &Run) -> Finding {
    let mut times: BTreeMap<u64, usize> = BTreeMap::new();
    for work in run.works.iter().filter(|work| work.work.kind == WORK && !work.unplanned) {
        *times.entry(work.work.key).or_default() += 1;
    }
    let stores = run.works.iter().filter(|work| work.process > 0 && work.work.kind == ACCESS);
    let in_two_steps = stores.into_iter().any(|work| work.work.input.numbers.first() == Some(&STORE));
    let by_all = !times.is_empty() && times.values().all(|times| run.workers > 1 && *times >= run.workers);
    let (cause, hint) = if by_all && !in_two_steps {
        (
            "every process works every item: the cursor is a variable or a `static`, of which each process has its own",
            "keep the cursor in the block: that is all that the processes share",
        )
    } else if times.values().any(|times| *times > 1) {
        (
            "two processes take the same item: the cursor is read in one step and written in another, or a worker sets it back as it begins; \
             or `work` is called again because something else has failed",
            "take an item in one step: `fetch_add(cursor, 1)` gives a number that nobody else gets. Work it once, and keep what it gave",
        )
    } else if run.works.iter().any(|work| work.work.kind == WORK && work.unplanned) {
        (
            "the last number that is worked is one too far",
            "items are numbered from 0 to `items - 1`: return as soon as the number is `items` or more",
        )
    } else if times.is_empty() {
        (
            "the workers find no item: what they are told, or read in the block, is not there yet as they start; or they stop one too early",
            "write what workers read before you start the first one, or give it to them as arguments; return only if the number is `items` or more",
        )
    } else {
        (
            "items are taken and not worked, or given to nobody: an end that comes too early, two parts of a split that do not meet",
            "one cursor for all; return only if the number that it gave is `items` or more",
        )
    };
    (finding.cause, finding.hint) = (cause.to_owned(), hint.to_owned());
    finding
}

/// What a worker panicked with before the call did, where it was that.
fn of_a_worker(run: &Run) -> Option<&Panic> {
    let first = run.panics.first()?;
    let is_the_call =
        |outcome: &Outcome| matches!(outcome, Outcome::Panicked(message) if *message == first.message);
    let of_calls = run.calls.iter().filter_map(|call| call.ended.as_ref());
    (!of_calls.map(|(_, outcome)| outcome).any(is_the_call)).then_some(first)
}

fn named(panic: &Panic) -> String {
    let at = panic.place.as_ref().map_or_else(String::new, |place| format!(" at {}", words::place(place)));
    format!("a worker panicked: `{}`{at}", words::printable(&panic.message))
}

impl Policy for Lives {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Err(finding) = Returns.judge(scenario, run) else { return Ok(()) };
        let Some(panic) = of_a_worker(run) else { return Err(finding) };
        Err(Finding {
            observed: format!("{}; so did the call", named(panic)),
            cause: "a panic in your own code, in a worker process: nothing in the work panicked".to_owned(),
            ..finding
        })
    }
}

impl Policy for KeepsToItsSlots {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Err(finding) = Lives.judge(scenario, run) else { return Ok(()) };
        let beyond = of_a_worker(run).filter(|panic| panic.message.contains("of a block that has"));
        Err(match beyond {
            Some(_) => Finding {
                cause: "more slots are used than there are: the cursor needs one, and 64 workers with a slot each need 64 more".to_owned(),
                hint: "count the slots: behind the tallies there are at least 64, and no more than that for certain".to_owned(),
                ..finding
            },
            None => finding,
        })
    }
}
