//! What handles give.

use judge::checks::Policy;
use judge::run::{Operation, Run};
use judge::scenario::Scenario;
use judge::steps::Gave;
use judge::suite::Finding;

use super::super::shared::{DONE, DROP, IS_FINISHED, NO, WAIT};
use super::steps::{Job, Steps, key, name, pool};

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
                WAIT => steps.result(operation, job, gave),
                IS_FINISHED => steps.finished(operation, job, gave),
                _ => Ok(()),
            }
        })
    }
}

impl Steps<'_> {
    fn result(&self, operation: &Operation, job: &Job, gave: &[u64]) -> Result<(), Finding> {
        let told = |panicked: bool, what: &str| {
            if panicked { "`Err(JobPanicked)`".to_owned() } else { what.to_owned() }
        };
        let says_panicked = gave == [NO];
        let right = if job.panicked() {
            says_panicked
        } else {
            job.answer().is_some_and(|answer| gave == [DONE, answer])
        };
        if right {
            return Ok(());
        }
        let (cause, hint) = self.why_wrong(operation, job, says_panicked);
        Err(Finding::fail(
            format!("{} gives {}", name(operation), told(job.panicked(), "what this job returned")),
            format!("it gave {}", told(says_panicked, "something else")),
            cause,
            hint,
        ))
    }

    fn why_wrong(
        &self,
        operation: &Operation,
        job: &Job,
        says_panicked: bool,
    ) -> (&'static str, &'static str) {
        let another_panicked = self.jobs.iter().any(|job| job.panicked() && job.over().is_some());
        let is_gone =
            self.operation(DROP, pool(operation)).is_some_and(|drop| drop.called < operation.called);
        if self.said_finished(operation) && !is_gone {
            return ASKED_AWAY;
        }
        match (job.panicked(), says_panicked) {
            (false, true) if another_panicked => (
                "a panic is told to a handle whose job did not panic: a flag for the whole pool, or a lock that another job's panic has \
                 poisoned",
                "let each slot hold the outcome of its own job, and run jobs outside of every lock",
            ),
            (false, true) if is_gone => (
                "no job has panicked: the handle needs the pool, which is gone, and takes that for a panic",
                "let handle and job share the slot (`Arc`), and let the handle ask for nothing else: it outlives the pool",
            ),
            (false, true) => (
                "no job has panicked: a slot that is empty, or that was emptied before, is taken for a panic",
                "let each slot hold the outcome of its own job, `Err(JobPanicked)` for a panic alone; only `wait` takes it out",
            ),
            (true, _) => (
                "the job panicked, and its handle gives a result: it was taken from another job",
                "let each slot hold the outcome of its own job: `Err(JobPanicked)` for a panic",
            ),
            (false, false) => (
                "the handle gives another job's result: all take from one queue of results, in the order in which jobs end",
                "a slot for each job, shared by its handle and by whoever works it, and by nobody else",
            ),
        }
    }
}

/// What `is_finished` leaves to those who come later.
pub(super) const ASKED_AWAY: (&str, &str) = (
    "`is_finished` was `true` before, and it took the outcome out to see whether it is there (`try_recv`, `take`): nothing is left for \
     whoever asks or waits next",
    "let `is_finished` look and leave the outcome where it is; what a channel gave has to be kept until `wait`",
);

impl Steps<'_> {
    /// Whether the handle has said before this operation that its job is finished.
    pub(super) fn said_finished(&self, operation: &Operation) -> bool {
        self.operations.iter().any(|asked| {
            let said = |(back, gave): &(usize, Gave)| {
                *back <= operation.called && matches!(gave, Gave::Result(gave) if *gave == [DONE])
            };
            asked.code() == IS_FINISHED
                && key(asked) == key(operation)
                && asked.back.as_ref().is_some_and(said)
        })
    }

    fn finished(&self, operation: &Operation, job: &Job, gave: &[u64]) -> Result<(), Finding> {
        let right = job.over().is_some_and(|over| over <= operation.called);
        if gave == [u64::from(right)] {
            return Ok(());
        }
        let (when, cause, hint) = match (right, job.panicked(), job.begun()) {
            (true, ..) if self.said_finished(operation) => {
                ("it has said so before", ASKED_AWAY.0, ASKED_AWAY.1)
            }
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
                "`is_finished` says that the job was taken out of the queue, or that another job has ended, not that this one has",
                "let it look whether the outcome is in the slot",
            ),
            (false, _, None) => (
                "the job has not begun",
                "`is_finished` looks at something else than the end of this job: that another one has ended, perhaps",
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
}
