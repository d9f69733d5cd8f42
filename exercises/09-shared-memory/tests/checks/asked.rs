//! How a call ends: whether it returns or panics.

use judge::checks::{Policy, Returns};
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;

/// `command`, which panics, is not called: the call returns. A pass says nothing of what is in the block.
pub(super) struct CallsNoCommand;

/// The call panics, since a worker has ended early or could not be started. A pass says nothing of what it leaves behind.
pub(super) struct Panics;

/// The call panics if a worker has ended early, and returns if none has: an answer may use the block too seldom for one to be killed there.
pub(super) struct PanicsIfOneDied;

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

impl Policy for Panics {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        if run.calls.iter().all(|call| call.returned().is_none()) {
            return Ok(());
        }
        let (expected, cause, hint) = if somebody_died(run) {
            (
                "the call panics: a worker process has ended other than with status 0",
                "the status that `wait` gives is not looked at",
                "wait for all processes, keep their statuses, and panic at the end if one is no success",
            )
        } else if run.calls.iter().any(|call| call.in_progress_at_end > 0) {
            (
                "the call panics, once its processes have ended",
                "it does not wait for its processes",
                "`wait` for each process before you return",
            )
        } else if run.workers == 1 {
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

impl Policy for Outcome {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        if somebody_died(run) { Ok(()) } else { Returns.judge(scenario, run) }
    }
}
