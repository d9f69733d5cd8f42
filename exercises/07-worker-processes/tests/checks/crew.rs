//! How many worker processes there are, and how long the whole takes with them.

use std::collections::{BTreeMap, BTreeSet};

use judge::checks::{EachOnce, Policy};
use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Ticks};
use judge::suite::Finding;
use judge::words::{count, ratio, thousands};

use super::super::shared::{START, WORK};
use super::JOB;

/// Never more worker processes at a time than `workers`, for each call. A pass says nothing of a process that has made its last call.
pub(super) struct WorkersAtMost(pub(super) Vec<usize>);

/// No more processes are started than `workers` and one for each that died, and no more than there are jobs. A pass says nothing of when.
pub(super) struct KeepsItsWorkers(pub(super) Vec<usize>);

/// The work of each call ends within the start of one worker + total / `workers` + the longest job, and a start and a longest job more
/// for each worker that dies (Graham's bound, as in `Makespan`). A pass does not prove that all workers were used.
pub(super) struct PooledMakespan(pub(super) Vec<usize>);

/// What one call of the student's function had done.
struct Crew<'a> {
    run: &'a Run,
    call: usize,
    starts: Vec<&'a WorkRecord>,
    works: Vec<&'a WorkRecord>,
}

impl<'a> Crew<'a> {
    fn of(run: &'a Run, call: usize) -> Self {
        let of_kind = |kind| run.works.iter().filter(move |work| work.call == call && work.work.kind == kind);
        Self { run, call, starts: of_kind(START).collect(), works: of_kind(WORK).collect() }
    }

    /// The processes that did something.
    fn processes(&self) -> BTreeSet<usize> {
        self.starts.iter().chain(&self.works).map(|work| work.process).collect()
    }

    fn deaths(&self) -> usize {
        self.works.iter().filter(|work| work.died || work.panicked).count()
    }

    /// The most processes at a time, each from its start to the end of its last call.
    fn most_at_a_time(&self) -> usize {
        let mut spans: BTreeMap<usize, (Ticks, Ticks)> = BTreeMap::new();
        for work in self.starts.iter().chain(&self.works) {
            let end = work.end.unwrap_or(Ticks::MAX);
            let span = spans.entry(work.process).or_insert((work.start, end));
            *span = (span.0.min(work.start), span.1.max(end));
        }
        let at = |moment: Ticks| spans.values().filter(|span| span.0 <= moment && moment < span.1).count();
        spans.values().map(|span| at(span.0)).max().unwrap_or(0)
    }
}

fn each(
    workers: &[usize],
    run: &Run,
    judge: impl Fn(&Crew<'_>, usize) -> Result<(), Finding>,
) -> Result<(), Finding> {
    let limits = workers.iter().enumerate().take(run.calls.len());
    limits.into_iter().try_for_each(|(call, &workers)| judge(&Crew::of(run, call), workers))
}

impl Policy for WorkersAtMost {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        each(&self.0, run, |crew, workers| {
            let most = crew.most_at_a_time();
            if most <= workers {
                return Ok(());
            }
            let (cause, hint) = if crew.processes().len() >= crew.works.len() && crew.works.len() > workers {
                (
                    "there is a process for each job, and all are started at once",
                    "start `workers` processes, and give each its next job when it has answered",
                )
            } else {
                (
                    "more processes are started than `workers`: a worker that has died is replaced twice, or worker processes start some",
                    "start a process only in the place of one that has been waited for, or while there are fewer than `workers`",
                )
            };
            Err(Finding::fail(
                format!("at most {} at a time (`workers`)", count(workers, "worker")),
                format!("{most} at a time"),
                cause,
                hint,
            ))
        })
    }
}

impl Policy for KeepsItsWorkers {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        each(&self.0, run, |crew, workers| {
            let (jobs, deaths) = (crew.works.len(), crew.deaths());
            let (started, enough) = (crew.processes().len(), jobs.min(workers.min(jobs) + deaths));
            if started <= enough {
                return Ok(());
            }
            let (cause, hint) = if started == jobs && jobs > workers && deaths == 0 {
                (
                    "a process is started for each job, and ends with it: every job pays for a start",
                    "keep the workers: give one its next job through its pipe, as long as there are any",
                )
            } else if started == workers && jobs < workers {
                (
                    "as many processes are started as there may be, although there are fewer jobs",
                    "start no more than there are jobs; or start one only when there is a job for it",
                )
            } else if deaths == 0 {
                (
                    "a worker that lives is ended, and another one takes its place: after so many jobs, or when it was idle for a moment",
                    "keep the workers to the end: one that has answered is given its next job",
                )
            } else {
                (
                    "a worker that has died, or that is idle, is replaced although no job waits",
                    "start another one only when there is a job for it",
                )
            };
            let why = match deaths {
                0 => format!("{} and {}", count(workers, "worker"), count(jobs, "job")),
                _ => format!(
                    "{}, {} and {}",
                    count(workers, "worker"),
                    count(jobs, "job"),
                    count(deaths, "death")
                ),
            };
            Err(Finding::fail(
                format!("no more than {} started: {why}", processes(enough)),
                format!("{} started", processes(started)),
                cause,
                hint,
            ))
        })
    }
}

fn processes(number: usize) -> String {
    if number == 1 { "1 process is".to_owned() } else { format!("{number} processes are") }
}

impl Policy for PooledMakespan {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        // Work that was left out takes no time.
        EachOnce { kind: WORK, noun: JOB }.judge(scenario, run)?;
        each(&self.0, run, in_time)
    }
}

fn in_time(crew: &Crew<'_>, workers: usize) -> Result<(), Finding> {
    let longest_of = |works: &[&WorkRecord]| works.iter().map(|work| work.ticks).max().unwrap_or(0);
    let (start, longest) = (longest_of(&crew.starts), longest_of(&crew.works));
    let total: Ticks = crew.works.iter().map(|work| work.ticks).sum();
    let deaths = crew.deaths();
    let bound = start + total / workers.max(1) as Ticks + longest + deaths as Ticks * (start + longest);
    let Some(makespan) = crew.run.calls[crew.call].makespan().filter(|makespan| *makespan > bound) else {
        return Ok(());
    };
    let most = crew.run.calls[crew.call].most_in_flight.get(&WORK).copied().unwrap_or(0);
    let possible = workers.min(crew.works.len());
    let (cause, hint) = crew.too_slow(most, possible);
    let more = match deaths {
        0 => String::new(),
        deaths => format!("; and a start and a longest job more for each of {}", count(deaths, "death")),
    };
    Err(Finding::fail(
        format!(
            "at most {} ticks with {}: a start of {} + {} ticks of work / {workers} + the longest job of {}{more}",
            thousands(bound),
            count(workers, "worker"),
            thousands(start),
            thousands(total),
            thousands(longest),
        ),
        format!(
            "{} ticks, a speedup of {}; {}; at most {} in progress where {possible} could be",
            thousands(makespan),
            ratio(total, makespan),
            count(crew.processes().len(), "worker"),
            count(most, "job"),
        ),
        cause,
        hint,
    ))
}

impl Crew<'_> {
    /// Why it took longer than it may.
    fn too_slow(&self, most: usize, possible: usize) -> (&'static str, &'static str) {
        let processes = self.processes().len();
        let due = self.run.calls[self.call].start;
        if self.run.calls.len() > 1 && self.starts.iter().all(|start| start.start > due) {
            return (
                "a call does nothing until another one is over: they share a lock, or something else that one of them holds to its end",
                "let a call have everything of its own: no `static`, nothing that two calls share",
            );
        }
        if most < possible && most <= 1 {
            let at_work: BTreeSet<usize> = self.works.iter().map(|work| work.process).collect();
            return if at_work.len() == 1 && processes > 1 {
                (
                    "one worker process takes all jobs, and the others find none: its standard input is read through a buffer, which takes \
                     whatever is in the pipe",
                    "give each worker a pipe of its own, and one job at a time",
                )
            } else if processes <= 1 + self.deaths() {
                (
                    "one worker process works all jobs, one after the other",
                    "start `workers` processes before you wait for the first answer: a thread for each of them is the simplest way",
                )
            } else if processes == self.works.len() {
                (
                    "a process is started, and waited for, before the next one is started",
                    "start all workers before you wait for any; a thread for each of them is the simplest way",
                )
            } else {
                (
                    "workers take turns: a lock is held while a worker is asked (the guard of `results.lock().unwrap().push(ask(job))` lives \
                     to the end of the statement)",
                    "ask first, and keep the answer in a variable; then lock to put it away",
                )
            };
        }
        if most < possible {
            return (
                "fewer workers have something to do than there may be: some are not started, or are given nothing",
                "give each worker one job at a time, and as many workers as you may have a job each",
            );
        }
        if processes > possible + self.deaths() {
            return (
                "each job, or each part of the jobs, pays for the start of a process",
                "keep the workers: give one its next job through its pipe, as long as there are any",
            );
        }
        if self.deaths() > 0 {
            return (
                "a worker that died is not replaced, or late: the others work what is left",
                "start another worker when one has died and a job waits",
            );
        }
        if self.started_in_turn() {
            return (
                "workers are started one after the other: a lock is held until a worker has begun, or one thread starts them and waits for each",
                "start all of them before you wait for any, and hold no lock meanwhile: several starts take no longer than one",
            );
        }
        if self.in_rounds() {
            return (
                "jobs are worked in rounds: the next ones start when the last one of the round before has ended; so it is, too, where the \
                 workers are asked for their answers in turn",
                "give each worker its next job as soon as it has answered, without a look at the others",
            );
        }
        (
            "a worker is idle while jobs wait: they were dealt out beforehand (in chunks, in turn, two at a time), or the answers are read \
             in a fixed order, so that a worker who is done waits until it is asked",
            "deal nothing out: let whoever is free take the next job, and listen to all workers at once (a thread for each)",
        )
    }

    /// Whether each worker was started when the one before it had begun.
    fn started_in_turn(&self) -> bool {
        let in_turn = |two: &[&WorkRecord]| two[0].end.is_some_and(|end| end <= two[1].start);
        self.starts.len() > 1 && self.starts.windows(2).all(in_turn)
    }

    /// Whether every start but the first ones came when nothing else was in progress any more.
    fn in_rounds(&self) -> bool {
        let starts: BTreeSet<Ticks> = self.works.iter().map(|work| work.start).collect();
        let over = |work: &WorkRecord, at: Ticks| work.start >= at || work.end.is_some_and(|end| end <= at);
        starts.len() > 1 && starts.iter().all(|&at| self.works.iter().all(|work| over(work, at)))
    }
}
