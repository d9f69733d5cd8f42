//! How a call ends: whether it returns or panics.

use judge::checks::{NothingLeftOfProcesses, Policy, Returns};
use judge::run::{CallRecord, Run};
use judge::scenario::Scenario;
use judge::suite::Finding;

use super::super::shared::{Asked, GOOD};

/// `command`, which panics, is not called: the call returns. A pass says nothing of what is in the block.
pub(super) struct CallsNoCommand;

/// The call panics, since a worker has ended early or could not be started. Whoever has spawned all workers from fewer commands returns.
/// A pass says nothing of what it leaves behind.
pub(super) struct Panics;

/// The call panics if a worker has ended early, and returns if none has: an answer may use the block too seldom for one to be killed there.
pub(super) struct PanicsIfOneDied;

/// Once the call has ended, each process that it started has ended and has been waited for. A pass says nothing of how it ends.
pub(super) struct NothingLeft;

/// The call returns, or panics where a worker died. A pass says nothing of what is in the block.
pub(super) struct Outcome;

impl Policy for CallsNoCommand {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        if run.calls.iter().all(|call| call.returned().is_some()) {
            return Ok(());
        }
        Err(Finding::fail(
            "the call returns at once, and `command` is not called: there is no item for a worker",
            "it panicked; so does `command` here",
            "workers are started before anybody looks whether there are items",
            "start no more processes than there are items",
        ))
    }
}

/// Whether a worker process ended early by the judge's doing.
pub(super) fn somebody_died(run: &Run) -> bool {
    run.works.iter().any(|work| work.died || work.panicked)
}

/// How often `command` was called, and which of its calls gives what can't be started.
fn calls_of_command(scenario: &Scenario, run: &Run, call: usize) -> Option<(u64, u64)> {
    let asked = Asked::try_from(&scenario.calls[call].request.input.numbers[..]).ok()?;
    Some((*run.calls[call].returned()?.numbers.first()?, asked[8]))
}

/// Whether a call that returned has not come to the command that can't be started.
fn came_short(scenario: &Scenario, run: &Run) -> bool {
    (0..run.calls.len())
        .filter_map(|call| calls_of_command(scenario, run, call))
        .any(|(called, bad)| called < bad)
}

/// Whether all workers were started with fewer commands than it takes to get to the bad one: a command may be spawned several times.
fn came_not_to_it(scenario: &Scenario, run: &Run, call: usize, returned: &[u64]) -> bool {
    let Ok(asked) = Asked::try_from(&scenario.calls[call].request.input.numbers[..]) else { return false };
    let [_, _, _, _, _, items, workers, like, bad] = asked;
    let fewer = returned.first().is_some_and(|called| *called < bad);
    like != GOOD && fewer && run.workers as u64 >= workers.min(items)
}

impl Policy for Panics {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let wrongly = |(call, record): (usize, &CallRecord)| {
            record.returned().is_some_and(|returned| !came_not_to_it(scenario, run, call, &returned.numbers))
        };
        if !run.calls.iter().enumerate().any(wrongly) {
            return Ok(());
        }
        let (expected, cause, hint) = if somebody_died(run) {
            (
                "the call panics: a worker process has ended other than with status 0",
                "the status that `wait` gives is not looked at, or only in part: after a signal `code()` is `None`, after an exit `signal()` \
                 is, and no code but 0 is a good one",
                "wait for all processes, keep their statuses, and panic at the end if one is no success: `success()` says it of all of them",
            )
        } else if run.calls.iter().any(|call| call.in_progress_at_end > 0) {
            (
                "the call panics, once its processes have ended",
                "it does not wait for its processes",
                "`wait` for each process before you return",
            )
        } else if came_short(scenario, run) {
            (
                "the call panics: one of its worker processes can't be started",
                "it does not start as many processes as there are workers, and so never comes to that one",
                "start `workers` processes, or as many as there are items if these are fewer",
            )
        } else {
            (
                "the call panics: a worker process could not be started",
                "an error of `spawn` is dropped, or the panic of a thread is not looked at",
                "let the error out as a panic (`expect`), once the others have ended",
            )
        };
        Err(Finding::fail(expected, "it returned", cause, hint))
    }
}

impl Policy for PanicsIfOneDied {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        if somebody_died(run) { Panics.judge(scenario, run) } else { Returns.judge(scenario, run) }
    }
}

impl Policy for NothingLeft {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Err(finding) = NothingLeftOfProcesses.judge(scenario, run) else { return Ok(()) };
        let good = |asked: &[u64]| Asked::try_from(asked).is_ok_and(|[.., like, _]| like == GOOD);
        if scenario.calls.iter().all(|call| good(&call.request.input.numbers)) {
            return Err(finding);
        }
        Err(Finding {
            cause: "a panic, of `command` or for a process that can't be started, leaves the call at once, past the lines that wait for the \
                    others: a `Child` does not wait when it is dropped"
                .to_owned(),
            hint: "keep the `Child`ren in a type of your own that waits for each in its `Drop`, which a panic runs as well".to_owned(),
            ..finding
        })
    }
}

impl Policy for Outcome {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        if somebody_died(run) { Ok(()) } else { Returns.judge(scenario, run) }
    }
}
