//! Which jobs are in progress, in which order they begin, and who runs them.

use std::collections::BTreeSet;

use judge::checks::Policy;
use judge::run::{Operation, Run};
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words;

use super::super::shared::{DROP, JOB};
use super::back::BackInTime;
use super::steps::{Job, Steps, pool};

/// At each rest as many jobs are in progress as there are workers, or as there are unfinished ones if these are fewer.
pub(super) struct AllWorkersBusy;

/// No job begins before one that was submitted earlier has begun, too.
pub(super) struct InOrder;

/// No job runs on a thread that uses the pool.
pub(super) struct NotOnItsCaller;

impl Policy for AllWorkersBusy {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let steps = Steps::of(run);
        (1..=steps.ends).try_for_each(|rest| [0, 1].into_iter().try_for_each(|pool| steps.busy(pool, rest)))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        BackInTime.word_end(finding, run)
    }
}

impl Steps<'_> {
    fn busy(&self, pool: u64, rest: usize) -> Result<(), Finding> {
        let is = |place: Option<usize>| place.is_some_and(|place| place <= rest);
        let (mut left, mut in_progress) = (0, 0);
        for job in self.of_pool(pool).filter(|job| is(job.submitted)) {
            left += usize::from(!is(job.over()));
            in_progress += usize::from(job.is_in_progress(rest));
        }
        let workers = self.workers(pool);
        let right = workers.min(left);
        if in_progress == right {
            return Ok(());
        }
        let (cause, hint) = if in_progress > right {
            (
                "more jobs are in progress than the pool has workers: there are further threads, or somebody else runs jobs",
                "start exactly `workers` threads, and let nobody but them run jobs",
            )
        } else if in_progress == 1 && workers > 1 && self.one_at_a_time(pool) {
            (
                "only one job runs at a time: the lock of the queue is held while the job runs (in `while let Ok(job) = queue.lock().unwrap().recv()` \
                 the guard lives until the end of the loop's body), or only one worker is ever woken",
                "take the job out in a statement of its own: `let job = queue.lock().unwrap().recv();`, then run it; and let each `submit` wake \
                 one worker",
            )
        } else if self.of_pool(pool).any(|job| job.panicked() && is(job.over())) {
            (
                "after a panic the pool has fewer workers: it unwound the worker's loop, and that thread is gone",
                "stop the panic at the job (`catch_unwind(AssertUnwindSafe(job))`), or start another worker in its place",
            )
        } else if self.another_dropped(pool, rest) {
            ENDED_WITH_ANOTHER
        } else {
            (
                "a worker is idle while jobs wait: it was not woken, there are too few workers, or jobs were dealt out beforehand and wait for \
                 a worker that is busy",
                "one queue for all; a worker takes the next job when it is free, and each `submit` wakes one that is idle",
            )
        };
        Err(Finding::fail(
            format!(
                "{} in progress: {}, and {} not ended",
                words::count(right, "job"),
                words::count(workers, "worker"),
                words::count(left, "job")
            ),
            format!("{} in progress", words::count(in_progress, "job")),
            cause,
            hint,
        ))
    }
}

/// What becomes of a pool whose workers are told the end of another one.
pub(super) const ENDED_WITH_ANOTHER: (&str, &str) = (
    "jobs are in the queue, and workers that would take them have ended since another pool was dropped: its end was told to all pools, in a \
     `static` perhaps",
    "let each pool have a queue and an end of its own, shared with its own workers alone (`Arc`)",
);

impl Steps<'_> {
    /// Whether no two jobs of a pool were ever in progress together.
    fn one_at_a_time(&self, pool: u64) -> bool {
        let in_progress = |rest: usize| self.of_pool(pool).filter(|job| job.is_in_progress(rest)).count();
        (1..=self.ends).all(|rest| in_progress(rest) <= 1)
    }

    /// Whether another pool has been dropped, or is being dropped.
    pub(super) fn another_dropped(&self, than: u64, rest: usize) -> bool {
        let is_drop = |operation: &Operation| operation.code() == DROP && operation.called < rest;
        self.operations.iter().any(|operation| is_drop(operation) && pool(operation) != than)
    }
}

impl Policy for InOrder {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let steps = Steps::of(run);
        for pool in [0, 1] {
            let jobs: Vec<&Job> = steps.of_pool(pool).collect();
            let begun = |job: &Job| job.begun().unwrap_or(usize::MAX);
            for (place, late) in jobs.iter().enumerate() {
                if let Some(early) = jobs[place + 1..].iter().find(|job| begun(job) < begun(late)) {
                    return Err(Finding::fail(
                        "jobs begin in the order in which they were submitted",
                        format!(
                            "job {} began before job {}, which was submitted earlier",
                            early.key, late.key
                        ),
                        "the queue gives out another job than the one that has waited longest: taken from the back, spread over several \
                         queues, or put in before others",
                        "put in at the end and take out at the front: a channel, or `VecDeque::push_back` and `pop_front`",
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Policy for NotOnItsCaller {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let callers: BTreeSet<usize> = run
            .works
            .iter()
            .filter(|work| work.work.asked_by_driver().is_some())
            .map(|work| work.thread)
            .collect();
        let mut jobs = run.works.iter().filter(|work| work.work.kind == JOB);
        let Some(job) = jobs.find(|work| callers.contains(&work.thread)) else { return Ok(()) };
        Err(Finding::fail(
            "jobs run on the pool's threads alone",
            format!("job {} ran on a thread that uses the pool", job.work.key),
            "`submit`, `wait` or the drop runs jobs itself: then it is back only when they are done, and more of them are in progress than \
             there are workers",
            "put the job into the queue and come back; let `wait` sleep until a worker has filled the slot",
        ))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        BackInTime.word_end(finding, run)
    }
}
