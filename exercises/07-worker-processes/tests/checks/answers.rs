//! What the calls returned, against what the workers answered.

use std::collections::{BTreeMap, BTreeSet};

use judge::checks::{EachOnce, Policy};
use judge::processes::{Status, read_back};
use judge::run::{CallRecord, End, Run, WorkRecord};
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::count;

use super::super::shared::{BAD, BEFORE_THE_JOBS, LAST, WORK, pairs};
use super::JOB;

/// Each job is worked as often as it is in the list, and no other: for lists in which jobs are equal. A pass says nothing of what became
/// of the answers.
pub(super) struct WorkedAsOften;

/// Each job is worked once. A pass says nothing of what became of the answers.
pub(super) struct EachJobOnce;

/// Each call returned the answers of its jobs, in any order, and no others. A pass says nothing of the order.
pub(super) struct AllAnswers;

/// Result i of a call is the answer of its job i. A pass proves it for the orders of completion that were played.
pub(super) struct AnswersInOrder;

/// Of equal jobs as many are `Err` as have ended their workers, and all others are what `work` returned. A pass does not say which: they
/// can't be told apart.
pub(super) struct EqualJobsApart;

/// `command`, which panics, is not called: the call returns. A pass says nothing of what.
pub(super) struct CallsNoCommand;

/// The call panics, since a process could not be started. Whoever has called `command` less often, since one command was enough or no
/// other was needed, returns. A pass says nothing of what it leaves behind.
pub(super) struct PanicsForWantOfAWorker;

/// A result of a job.
pub(super) type Outcome = Result<u64, Status>;

/// The keys of a call's jobs, in their order.
pub(super) fn listed(scenario: &Scenario, call: usize) -> Vec<u64> {
    pairs(&scenario.calls[call].request.input.numbers[BEFORE_THE_JOBS..]).map(|(key, _)| key).collect()
}

/// What a call returned; `None` where it did not.
pub(super) fn results(run: &Run, call: usize) -> Option<Vec<Option<Outcome>>> {
    let (_, numbers) = run.calls[call].returned()?.numbers.split_first()?;
    Some(numbers.chunks_exact(2).map(|two| read_back([two[0], two[1]])).collect())
}

/// What the workers answered, by key.
pub(super) fn answers(run: &Run) -> BTreeMap<u64, u64> {
    let works = run.works.iter().filter(|work| work.work.kind == WORK);
    works.filter_map(|work| Some((work.work.key, *work.answer.as_ref()?.numbers.first()?))).collect()
}

impl Policy for WorkedAsOften {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let mut wanted: BTreeMap<u64, usize> = BTreeMap::new();
        for call in 0..run.calls.len() {
            for key in listed(scenario, call) {
                *wanted.entry(key).or_default() += 1;
            }
        }
        let mut worked: BTreeMap<u64, usize> = BTreeMap::new();
        for work in run.works.iter().filter(|work| work.work.kind == WORK) {
            *worked.entry(work.work.key).or_default() += 1;
        }
        if wanted == worked {
            return Ok(());
        }
        let (wanted, worked): (usize, usize) = (wanted.values().sum(), worked.values().sum());
        let (cause, hint) = if worked < wanted {
            (
                "jobs are taken for the same one if they are equal: they are keys of a map, or were put into a set",
                "tell jobs by their places in the list, not by their values",
            )
        } else {
            (
                "a job is sent again although it was answered, or its worker has ended; or what was sent is no job of the list",
                "give each place of the list out once",
            )
        };
        Err(Finding::fail(
            format!("`work` is called {wanted} times: once for each job, equal ones as well"),
            format!("it was called {worked} times"),
            cause,
            hint,
        ))
    }
}

impl Policy for EachJobOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let once = EachOnce { kind: WORK, noun: JOB };
        once.judge(scenario, run)
            .map_err(|finding| if lacks_extremes(scenario, run) { a_signal(finding) } else { finding })
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        // Other answers are numbers by chance.
        let is_extreme = |work: &WorkRecord| {
            let answer = work.answer.as_ref().and_then(|answer| answer.numbers.first());
            work.work.kind == WORK && answer.is_some_and(|answer| [0, u64::MAX].contains(answer))
        };
        if matches!(run.end, End::Deadlock(_)) && run.works.iter().any(is_extreme) {
            return a_signal(finding);
        }
        EachOnce { kind: WORK, noun: JOB }.word_end(finding, run)
    }
}

/// Whether the least and the greatest number alone were not worked.
fn lacks_extremes(scenario: &Scenario, run: &Run) -> bool {
    let worked: BTreeSet<u64> =
        run.works.iter().filter(|work| work.work.kind == WORK).map(|work| work.work.key).collect();
    let jobs = scenario.calls.iter().flat_map(|call| pairs(&call.request.input.numbers[BEFORE_THE_JOBS..]));
    let mut missing = jobs.filter(|(key, _)| !worked.contains(key)).map(|(_, job)| job).peekable();
    missing.peek().is_some() && missing.all(|job| job == 0 || job == u64::MAX)
}

fn a_signal(finding: Finding) -> Finding {
    Finding {
        cause: "the value of a job or of an answer is taken for a signal: 0 or 2^64 - 1 stands for \"no more jobs\", \"nothing yet\" or \"it has died\""
            .to_owned(),
        hint: "every number may be a job, or an answer: say that there are no more by closing the worker's input, or with a byte of its own"
            .to_owned(),
        ..finding
    }
}

impl Policy for AllAnswers {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| match results(run, call) {
            Some(results) => all_there(&listed(scenario, call), &results, &answers(run)),
            None => Ok(()),
        })
    }
}

fn all_there(jobs: &[u64], results: &[Option<Outcome>], answers: &BTreeMap<u64, u64>) -> Result<(), Finding> {
    as_many(jobs, results)?;
    let mut known: Vec<Option<Outcome>> = jobs.iter().map(|key| answers.get(key).copied().map(Ok)).collect();
    for (place, result) in results.iter().enumerate() {
        let Some(of) = known.iter().position(|known| known == result) else {
            return Err(no_answer(place, result.as_ref()));
        };
        known.swap_remove(of);
    }
    Ok(())
}

pub(super) fn as_many(jobs: &[u64], results: &[Option<Outcome>]) -> Result<(), Finding> {
    if jobs.len() == results.len() {
        return Ok(());
    }
    Err(Finding::fail(
        format!("{}: one for each job", count(jobs.len(), "result")),
        count(results.len(), "result"),
        "results get lost on their way, or the collecting ends before the last one is there",
        "make room for as many results as there are jobs, and put each into the place of its job",
    ))
}

fn no_answer(place: usize, result: Option<&Outcome>) -> Finding {
    let (observed, cause, hint) = match result {
        Some(Err(_)) => (
            format!("result {place} is `Err`, and no worker has died"),
            "a worker was taken for dead that was not: it was told to end before it had answered, or its answer could not be read",
            "read each answer whole, and close a worker's input only when it has answered its last job",
        ),
        _ => (
            format!("result {place} is a number that `work` did not return"),
            "an answer was changed on its way: cut to fewer bits, read in part, or put together from two",
            "send all 64 bits, with an end or a length that tells where an answer is over, and read until it is whole",
        ),
    };
    Finding::fail("the results are what `work` returned", observed, cause, hint)
}

impl Policy for AnswersInOrder {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| match results(run, call) {
            Some(results) => in_order(&listed(scenario, call), &results, &answers(run)),
            None => Ok(()),
        })
    }
}

fn in_order(jobs: &[u64], results: &[Option<Outcome>], answers: &BTreeMap<u64, u64>) -> Result<(), Finding> {
    as_many(jobs, results)?;
    let own = |key: &u64| answers.get(key).copied().map(Ok);
    let Some(place) = jobs.iter().zip(results).position(|(key, result)| own(key) != *result) else {
        return Ok(());
    };
    let Some(other) = jobs.iter().position(|key| own(key) == results[place]) else {
        return Err(no_answer(place, results[place].as_ref()));
    };
    let sorted: Vec<_> = jobs.iter().map(own).collect();
    let all_there = results.iter().all(|result| sorted.contains(result));
    let (cause, hint) = if all_there {
        (
            "the results are in the order in which they arrived, or sorted by what they came from: by worker, by chunk",
            "keep with each job its place in the list, and put its result there",
        )
    } else {
        (
            "the answer of another job was read: a worker's answers are counted wrongly, or one of them is left in its pipe",
            "read exactly one answer for each job that a worker was given, before it is given the next one",
        )
    };
    Err(Finding::fail(
        format!("result {place} is what `work` returned for job {place}"),
        format!("it is what `work` returned for job {other}"),
        cause,
        hint,
    ))
}

impl Policy for EqualJobsApart {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let (answers, dead) = (answers(run), of_the_dead(run));
        (0..run.calls.len()).try_for_each(|call| match results(run, call) {
            Some(results) => equal_apart(&listed(scenario, call), &results, &answers, &dead),
            None => Ok(()),
        })
    }
}

/// The keys of the jobs whose workers ended before these returned.
fn of_the_dead(run: &Run) -> Vec<u64> {
    run.works.iter().filter(|work| work.died && work.work.kind == LAST).map(|work| work.work.key).collect()
}

fn equal_apart(
    jobs: &[u64],
    results: &[Option<Outcome>],
    answers: &BTreeMap<u64, u64>,
    dead: &[u64],
) -> Result<(), Finding> {
    as_many(jobs, results)?;
    // Of those that have no answer it is counted alone.
    let with_answers: Vec<Option<Outcome>> = jobs
        .iter()
        .zip(results)
        .map(|(key, result)| match result {
            Some(Err(_)) => answers.get(key).copied().map(Ok),
            other => *other,
        })
        .collect();
    in_order(jobs, &with_answers, answers)?;
    for key in jobs.iter().collect::<BTreeSet<&u64>>() {
        let of_it = jobs.iter().zip(results).filter(|(job, _)| *job == key);
        let are_err = of_it.clone().filter(|(_, result)| matches!(result, Some(Err(_)))).count();
        let (equal, have_died) = (of_it.count(), dead.iter().filter(|dead| *dead == key).count());
        if are_err != have_died {
            return Err(Finding::fail(
                format!(
                    "of {equal} equal jobs {}: so many have ended their workers",
                    if have_died == 1 { "1 is `Err`".to_owned() } else { format!("{have_died} are `Err`") }
                ),
                if are_err == 1 { "1 is".to_owned() } else { format!("{are_err} are") },
                "results are kept by job, in a map for instance: equal jobs have one place there, and the last one to end fills it for all of \
                 them",
                "tell jobs by their places in the list, not by their values: put each result into the place of its job",
            ));
        }
    }
    Ok(())
}

impl Policy for CallsNoCommand {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        if run.calls.iter().all(|call| call.returned().is_some()) {
            return Ok(());
        }
        Err(Finding::fail(
            "the call returns at once, and `command` is not called: there is no job for a worker",
            "it panicked; so does `command` here",
            "workers are started before anybody looks whether there are jobs",
            "start no more than there are jobs; or start one only when there is a job for it",
        ))
    }
}

impl Policy for PanicsForWantOfAWorker {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let bad = |call: usize| scenario.calls[call].request.input.numbers[BAD];
        let came_to_it = |call: &CallRecord, bad: u64| {
            call.returned()
                .is_some_and(|returned| returned.numbers.first().is_some_and(|called| *called >= bad))
        };
        if run.calls.iter().enumerate().all(|(number, call)| !came_to_it(call, bad(number))) {
            return Ok(());
        }
        Err(Finding::fail(
            "the call panics",
            "it returned",
            "that a worker could not be started was passed over: an error was dropped, or a thread's panic was not looked at",
            "let the panic out of its thread (a scope passes it on; `join` gives it back), and take no `Err` of `spawn` for an answer",
        ))
    }
}
