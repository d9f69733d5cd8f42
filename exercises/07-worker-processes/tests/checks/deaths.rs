//! What the results say of workers that ended early.

use judge::checks::{EachOnce, Policy, Returns};
use judge::processes::{Death, Status};
use judge::run::{End, Run};
use judge::scenario::{Scenario, Then};
use judge::suite::Finding;

use super::super::shared::WORK;
use super::JOB;
use super::answers::{Outcome, answers, as_many, listed, results};

/// The results of jobs that ended their workers are `Err`, all others are what `work` returned, and each job was worked once. A pass says
/// nothing of the status.
pub(super) struct DeadWorkerCostsOne;

/// The call returns, also where workers end early. A pass says nothing of what it returns.
pub(super) struct OutlivesDeaths;

/// `Err` has the status with which the worker ended that had this job. A pass says nothing of the other results.
pub(super) struct Statuses;

/// How the work of a job ends its process.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Early {
    Dies(Death),
    /// In some way that is no success.
    Panics,
}

/// `None`: it does not.
fn death(scenario: &Scenario, key: u64) -> Option<Early> {
    match scenario.plan.get(WORK, key)?.then {
        Then::Die(death) => Some(Early::Dies(death)),
        Then::Panic(_) => Some(Early::Panics),
        _ => None,
    }
}

/// As a reader knows it: "exits with 0".
fn named(early: Early) -> String {
    match early {
        Early::Dies(Death::Exit(code)) => format!("exits with {code}"),
        Early::Dies(Death::Abort) => "aborts (signal 6)".to_owned(),
        Early::Dies(Death::Kill) => "is killed (signal 9)".to_owned(),
        Early::Panics => "panics".to_owned(),
    }
}

impl Policy for OutlivesDeaths {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let returns = Returns.judge(scenario, run);
        if run.works.iter().all(|work| !work.died && !work.panicked) {
            return returns;
        }
        returns.map_err(|finding| Finding {
            cause: "the death of a worker is taken for an error of the call: `unwrap` or `expect` of an answer, or of a write to a process that \
                    is gone"
                .to_owned(),
            hint: "an `Err` of the pipe, or its end, means that this worker has ended: `wait` for it, and keep its status as the result"
                .to_owned(),
            ..finding
        })
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        let End::Deadlock(stuck) = &run.end else { return finding };
        let a_worker_waits = stuck.iter().any(|one| one.process.is_some());
        let (cause, hint) = if a_worker_waits && run.works.iter().any(|work| work.panicked) {
            (
                "the panic of `work` is caught in the worker (`catch_unwind`, or the `Err` of a thread's `join` is dropped), which lives on, \
                 answers nothing and waits for its next job",
                "let the panic end the process: the parent sees that its pipe has ended, and `wait` gives the status",
            )
        } else if !a_worker_waits && run.works.iter().any(|work| work.died) {
            (
                "something is waited for that only a worker could bring, and none is left: one that has died is still counted as there, or what \
                 it had is still counted as coming",
                "where a worker has died put `Err(status)` into the place of its job, and start another one if a job waits",
            )
        } else {
            return finding;
        };
        Finding { cause: cause.to_owned(), hint: hint.to_owned(), ..finding }
    }
}

impl Policy for DeadWorkerCostsOne {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        EachOnce { kind: WORK, noun: JOB }.judge(scenario, run).map_err(worked_otherwise)?;
        (0..run.calls.len()).try_for_each(|call| match results(run, call) {
            Some(results) => one_lost(scenario, run, &listed(scenario, call), &results),
            None => Ok(()),
        })
    }
}

/// A job that is worked twice, or never, where workers die: there is a likelier cause than elsewhere.
fn worked_otherwise(mut finding: Finding) -> Finding {
    let (cause, hint) = if finding.observed.contains("more than once") {
        (
            "the job of a worker that has died is given to another one",
            "the job that a worker had is lost: its result is `Err(status)`; start another worker for the next job",
        )
    } else {
        (
            "jobs get lost with a worker that has died: those that were dealt out to it beforehand, or all that its thread would have taken",
            "let a worker have one job at a time, and put another one in its place while jobs wait",
        )
    };
    (finding.cause, finding.hint) = (cause.to_owned(), hint.to_owned());
    finding
}

fn one_lost(
    scenario: &Scenario,
    run: &Run,
    jobs: &[u64],
    results: &[Option<Outcome>],
) -> Result<(), Finding> {
    as_many(jobs, results).map_err(|finding| Finding {
        cause: "that a worker has died leaves no result: only answers are kept".to_owned(),
        hint: "keep `Err(status)` in the place of the job that it had, also if no other worker is needed"
            .to_owned(),
        ..finding
    })?;
    let answers = answers(run);
    let wrong =
        jobs.iter().zip(results).enumerate().filter(|(_, (key, result))| match death(scenario, **key) {
            Some(_) => !matches!(result, Some(Err(_))),
            None => **result != answers.get(key).copied().map(Ok),
        });
    let wrong: Vec<(usize, u64, Option<Outcome>)> =
        wrong.map(|(place, (key, result))| (place, *key, *result)).collect();
    let Some(&(place, key, result)) = wrong.first() else { return Ok(()) };
    let others = match wrong.len() - 1 {
        0 => String::new(),
        more => format!(", and so are {more} more"),
    };
    let (expected, observed, cause, hint) = match (death(scenario, key), result) {
        (Some(how), _) => (
            format!("result {place} is `Err`: its worker {} before it has answered", named(how)),
            format!("it is `Ok`{others}"),
            if how == Early::Panics {
                "the panic of `work` is caught in the worker, which answers something else and lives on; or the answer of another job was read"
            } else {
                "something else was taken for the answer: a default value, or the answer of another job"
            },
            "an answer is what `work` returned; if the pipe ends before it, the result is `Err(status)`",
        ),
        (None, Some(Err(_))) => (
            format!("result {place} is what `work` returned"),
            format!("it is `Err`{others}, and its worker has not died"),
            "a death costs more than the job that the worker had: jobs that it was to have later, or those of others",
            "let a worker have one job at a time; put another one in its place, and go on",
        ),
        (None, _) => (
            format!("result {place} is what `work` returned for job {place}"),
            format!("it is something else{others}"),
            "after a death the results are out of step with the jobs: one is missing, or stands in another one's place",
            "put each result, an `Err` as well, into the place of its job",
        ),
    };
    Err(Finding::fail(expected, observed, cause, hint))
}

impl Policy for Statuses {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| match results(run, call) {
            Some(results) => own_statuses(scenario, &listed(scenario, call), &results),
            None => Ok(()),
        })
    }
}

fn own_statuses(scenario: &Scenario, jobs: &[u64], results: &[Option<Outcome>]) -> Result<(), Finding> {
    as_many(jobs, results)?;
    for (place, (key, result)) in jobs.iter().zip(results).enumerate() {
        let Some(how) = death(scenario, *key) else { continue };
        let is_it = |status: Status| match how {
            Early::Dies(death) => status.is_of(death),
            Early::Panics => status != Status::Code(0),
        };
        let Some(Err(status)) = *result else {
            return Err(Finding::fail(
                format!("result {place} is `Err`, with the status of its worker, which {}", named(how)),
                "it is `Ok`",
                "that a worker ended early is not noticed",
                "if a worker's pipe ends before its answer, `wait` for it: what that gives is the result",
            ));
        };
        if !is_it(status) {
            let (cause, hint) = match status {
                Status::Code(0) if how == Early::Panics => (
                    "the worker catches the panic of `work`, and ends as if nothing had happened",
                    "let the panic end the process: nothing has to be done about it",
                ),
                Status::Signal(9) => (
                    "the worker was killed by its parent, or another one was that had not died",
                    "wait for the very child whose pipe has ended, without a signal: it ends by itself",
                ),
                _ => (
                    "the status is that of another process, or made up",
                    "keep each `Child` together with its pipes, and `wait` for the one whose pipe has ended",
                ),
            };
            return Err(Finding::fail(
                format!("result {place} has the status of its worker, which {}", named(how)),
                format!("it has {}", seen(status)),
                cause,
                hint,
            ));
        }
    }
    Ok(())
}

fn seen(status: Status) -> String {
    match status {
        Status::Code(code) => format!("exit code {code}"),
        Status::Signal(signal) => format!("signal {signal}"),
    }
}
