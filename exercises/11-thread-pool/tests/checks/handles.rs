//! What handles give.

use judge::checks::Policy;
use judge::run::{Operation, Run};
use judge::scenario::Scenario;
use judge::steps::Gave;
use judge::suite::Finding;

use super::super::shared::{DONE, IS_FINISHED, NO, WAIT};
use super::steps::{Job, Steps, key, name};

/// Each handle gives the result of its job, and says when there is one. A pass says nothing of when it does.
pub(super) struct OwnResults;

impl Policy for OwnResults {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let steps = Steps::of(run);
        steps.operations.iter().try_for_each(|operation| {
            let (Some(key), Some((_, Gave::Result(gave)))) = (key(operation), &operation.back) else {
                return Ok(());
            };
            let Some(job) = steps.job(key) else { return Ok(()) };
            match operation.code() {
                WAIT => result(operation, job, gave),
                IS_FINISHED => finished(operation, job, gave),
                _ => Ok(()),
            }
        })
    }
}

fn result(operation: &Operation, job: &Job, gave: &[u64]) -> Result<(), Finding> {
    let told =
        |panicked: bool, what: &str| if panicked { "`Err(JobPanicked)`".to_owned() } else { what.to_owned() };
    let says_panicked = gave == [NO];
    let right = if job.panicked() {
        says_panicked
    } else {
        job.answer().is_some_and(|answer| gave == [DONE, answer])
    };
    if right {
        return Ok(());
    }
    let (cause, hint) = match (job.panicked(), says_panicked) {
        (false, true) => (
            "a panic is told to a handle whose job did not panic: a flag for the whole pool, or a lock that another job's panic has poisoned",
            "let each slot hold the outcome of its own job, and run jobs outside of every lock",
        ),
        (true, _) => (
            "the job panicked, and its handle gives a result: it was taken from another job",
            "let each slot hold the outcome of its own job: `Err(JobPanicked)` for a panic",
        ),
        (false, false) => (
            "the handle gives another job's result: all take from one queue of results, in the order in which jobs end",
            "a slot for each job, shared by its handle and by whoever works it, and by nobody else",
        ),
    };
    Err(Finding::fail(
        format!("{} gives {}", name(operation), told(job.panicked(), "what this job returned")),
        format!("it gave {}", told(says_panicked, "something else")),
        cause,
        hint,
    ))
}

fn finished(operation: &Operation, job: &Job, gave: &[u64]) -> Result<(), Finding> {
    let right = job.over().is_some_and(|over| over <= operation.called);
    if gave == [u64::from(right)] {
        return Ok(());
    }
    let (when, cause, hint) = match (right, job.panicked(), job.begun()) {
        (true, true, _) => (
            "the job has panicked: that is an end, too",
            "a panic leaves the slot empty, and `is_finished` looks for a result alone",
            "put the outcome into the slot, a panic as well; `is_finished` asks whether there is one",
        ),
        (true, false, _) => (
            "the job has ended",
            "`is_finished` looks at something else than the end of this job, or the result comes late",
            "let it look whether the outcome is in the slot",
        ),
        (false, _, Some(_)) => (
            "the job is still in progress",
            "`is_finished` says that the job was taken out of the queue, not that it has ended",
            "let it look whether the outcome is in the slot",
        ),
        (false, _, None) => (
            "the job has not begun",
            "`is_finished` looks at something else than the end of this job",
            "let it look whether the outcome is in the slot",
        ),
    };
    Err(Finding::fail(
        format!("{} is `{right}`: {when}", name(operation)),
        format!("it was `{}`", !right),
        cause,
        hint,
    ))
}
