//! How many threads a pool has, and on how many its jobs run.

use std::collections::BTreeSet;

use judge::checks::Policy;
use judge::run::{Operation, Run, WorkRecord};
use judge::scenario::Scenario;
use judge::steps::Told;
use judge::suite::Finding;
use judge::words;

use super::super::shared::{DROP, NEW};
use super::back::BackInTime;
use super::steps::Steps;

/// Between `new` and the drop there are as many further threads as there are workers, and jobs run on no more. Where threads can't be seen
/// only the second half is judged.
pub(super) struct ThreadsOfWorkers;

/// Once the pool has been dropped there are as many threads as before it was made. Where threads can't be seen nothing is judged.
pub(super) struct ThreadsGone;

/// From when all workers were busy for the first time until the drop there are as many threads at each rest.
pub(super) struct ThreadsReplaced;

/// How many threads there were at the rest before each question of a driver, and which rest that was; up to the first driver's end.
fn threads(run: &Run) -> Vec<(usize, usize)> {
    let mut questions: Vec<_> = run
        .works
        .iter()
        .filter(|work| work.work.asked_by_driver().is_some() && work.ended_as.is_some())
        .collect();
    questions.sort_by_key(|work| work.ended_as);
    let is_last = |work: &&WorkRecord| work.answer.as_ref().map(Told::read) == Some(Told::Stop);
    let last = questions.iter().position(is_last).map_or(questions.len(), |place| place + 1);
    questions[..last].iter().filter_map(|work| Some((work.ended_as?, work.alive?))).collect()
}

impl Steps<'_> {
    /// How many workers there are to be at this rest; `None`: while a pool ends.
    fn due(&self, rest: usize) -> Option<usize> {
        [0, 1].into_iter().try_fold(0, |sum, pool| {
            let is =
                |operation: Option<&Operation>| operation.is_some_and(|operation| operation.called < rest);
            let (new, drop) = (self.operation(NEW, pool), self.operation(DROP, pool));
            let ended = drop.and_then(|drop| drop.back.as_ref()).is_some_and(|(back, _)| *back <= rest);
            match (is(new), is(drop)) {
                (true, false) => Some(sum + self.workers(pool)),
                (true, true) if !ended => None,
                _ => Some(sum),
            }
        })
    }
}

impl Policy for ThreadsOfWorkers {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let steps = Steps::of(run);
        let counted = threads(run);
        let before = counted.first().map_or(0, |(_, alive)| *alive);
        for (rest, alive) in counted {
            let Some(due) = steps.due(rest).filter(|due| *due > 0 && before + due != alive) else { continue };
            let more = alive.saturating_sub(before);
            let begun = steps.jobs.iter().any(|job| job.begun().is_some_and(|begun| begun <= rest));
            let (cause, hint) = if more < due && !begun {
                (
                    "`new` does not start all workers: they are started as jobs come (Python's pool does it that way), or one is missing",
                    "start all `workers` threads in `new`, before it returns",
                )
            } else if more < due {
                (
                    "threads of the pool have ended, or were never started",
                    "start all `workers` threads in `new`, and let each live until the drop",
                )
            } else {
                (
                    "the pool has further threads: one for each job, one that hands jobs out, or one worker too many",
                    "let the workers take jobs out of the queue themselves: no other thread is needed",
                )
            };
            return Err(Finding::fail(
                format!("{} more than before `new`", words::count(due, "thread")),
                format!(
                    "{} more, {}",
                    words::count(more, "thread"),
                    if begun { "after jobs had begun" } else { "before any job" }
                ),
                cause,
                hint,
            ));
        }
        on_few_threads(&steps)
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        BackInTime.word_end(finding, run)
    }
}

fn on_few_threads(steps: &Steps) -> Result<(), Finding> {
    [0, 1].into_iter().try_for_each(|pool| {
        let workers = steps.workers(pool);
        let at_most = workers + steps.of_pool(pool).filter(|job| job.panicked()).count();
        let used: BTreeSet<usize> = steps.of_pool(pool).filter_map(|job| Some(job.work?.thread)).collect();
        if used.len() <= at_most {
            return Ok(());
        }
        Err(Finding::fail(
            format!("jobs run on the {}", words::count(workers, "worker")),
            format!("they ran on {}", words::count(used.len(), "different thread")),
            "threads are started for jobs, again and again: that is what a pool saves",
            "start all `workers` threads in `new`; each takes one job after the other",
        ))
    })
}

impl Policy for ThreadsGone {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let steps = Steps::of(run);
        let counted = threads(run);
        let before = counted.first().map_or(0, |(_, alive)| *alive);
        let made = |rest: usize| steps.operation(NEW, 0).is_some_and(|new| new.called < rest);
        let left = counted
            .into_iter()
            .find(|(rest, alive)| made(*rest) && steps.due(*rest) == Some(0) && *alive > before);
        let Some((_, alive)) = left else { return Ok(()) };
        Err(Finding::fail(
            "once the pool has been dropped, all its threads have ended",
            format!(
                "{} of the pool still there",
                match alive - before {
                    1 => "1 thread was".to_owned(),
                    more => format!("{more} threads were"),
                }
            ),
            "the drop waits for the jobs, and not for the threads: they were never told the end, and sleep forever",
            "tell the workers that nothing more will come, and join each of them",
        ))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        BackInTime.word_end(finding, run)
    }
}

impl Policy for ThreadsReplaced {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let steps = Steps::of(run);
        let workers = steps.workers(0);
        let in_progress = |rest: usize| steps.of_pool(0).filter(|job| job.is_in_progress(rest)).count();
        let Some(from) = (1..=steps.ends).find(|rest| in_progress(*rest) == workers) else { return Ok(()) };
        let until = steps.operation(DROP, 0).map_or(usize::MAX, |drop| drop.called);
        let mut counted = threads(run).into_iter().filter(|(rest, _)| (from..=until).contains(rest));
        let Some((_, first)) = counted.next() else { return Ok(()) };
        let Some((_, other)) = counted.find(|(_, alive)| *alive != first) else { return Ok(()) };
        Err(Finding::fail(
            "panics leave the pool with as many threads as before",
            if other < first {
                format!("{} fewer", words::count(first - other, "thread"))
            } else {
                format!("{} more", words::count(other - first, "thread"))
            },
            "a panic unwound a worker's loop, and that thread is gone, or was replaced more often than once",
            "stop the panic at the job (`catch_unwind(AssertUnwindSafe(job))`), or start one worker for each that has ended",
        ))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        BackInTime.word_end(finding, run)
    }
}
