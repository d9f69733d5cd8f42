//! How many worker processes there are, and how long the whole takes with them.

use std::collections::BTreeSet;

use judge::checks::Policy;
use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Ticks};
use judge::suite::Finding;
use judge::words::{count, ratio, thousands};

use super::super::shared::{START, WORK};
use super::ITEM;
use super::cases::Sheet;
use super::workers::TakenOnce;

/// Each call starts as many processes as there are workers, or items if these are fewer. A pass says nothing of when.
pub(super) struct CrewOf(pub(super) Vec<Sheet>);

/// The work of each call ends within the start of one worker + total / `workers` + the longest item (Graham's bound, as in `Makespan`).
/// A pass does not prove that all workers were used.
pub(super) struct CrewsMakespan(pub(super) Vec<Sheet>);

/// What one call of the student's function had done.
struct Crew<'a> {
    run: &'a Run,
    call: usize,
    workers: usize,
    starts: Vec<&'a WorkRecord>,
    works: Vec<&'a WorkRecord>,
}

impl<'a> Crew<'a> {
    fn of(run: &'a Run, call: usize, workers: usize) -> Self {
        let of_kind = |kind| run.works.iter().filter(move |work| work.call == call && work.work.kind == kind);
        Self { run, call, workers, starts: of_kind(START).collect(), works: of_kind(WORK).collect() }
    }

    /// The processes that did something.
    fn processes(&self) -> BTreeSet<usize> {
        self.starts.iter().chain(&self.works).map(|work| work.process).collect()
    }
}

fn each<'a>(sheets: &'a [Sheet], run: &'a Run) -> impl Iterator<Item = (&'a Sheet, Crew<'a>)> {
    let calls = sheets.iter().enumerate().take(run.calls.len());
    calls.map(|(call, sheet)| (sheet, Crew::of(run, call, sheet.workers)))
}

impl Policy for CrewOf {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        each(&self.0, run).try_for_each(|(sheet, crew)| {
            let (started, wanted) = (crew.processes().len(), sheet.workers.min(sheet.items));
            if started == wanted {
                return Ok(());
            }
            let why = format!("{} and {}", count(sheet.workers, "worker"), count(sheet.items, ITEM));
            let died = run.works.iter().any(|work| work.died || work.panicked);
            let (cause, hint) = match started {
                _ if died && started > wanted => (
                    "a worker that has died is replaced: another process is started in its place",
                    "start `workers` processes and no other: those that live take what is left by themselves",
                ),
                _ if started < wanted => (
                    "fewer processes are started than there may be",
                    "start `workers` processes, or as many as there are items if these are fewer, before you wait for any",
                ),
                _ if started > sheet.workers && started != sheet.items => (
                    "more processes are started than `workers`",
                    "start `workers` processes and no other: the parent itself does what else there is to do",
                ),
                _ if started == sheet.items => (
                    "a process is started for each item, and ends with it: every item pays for a start",
                    "let a worker go on: it takes its next item by itself, from the block",
                ),
                _ => (
                    "as many processes are started as there may be, although there are fewer items",
                    "start no more processes than there are items",
                ),
            };
            Err(Finding::fail(
                format!("{} started: {why}", processes(wanted)),
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

impl Policy for CrewsMakespan {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        // Work that was left out takes no time.
        TakenOnce.judge(scenario, run)?;
        each(&self.0, run).try_for_each(|(_, crew)| crew.in_time())
    }
}

impl Crew<'_> {
    fn in_time(&self) -> Result<(), Finding> {
        let longest_of = |works: &[&WorkRecord]| works.iter().map(|work| work.ticks).max().unwrap_or(0);
        let (start, longest) = (longest_of(&self.starts), longest_of(&self.works));
        let (total, workers): (Ticks, _) = (self.works.iter().map(|work| work.ticks).sum(), self.workers);
        let bound = start + total / workers.max(1) as Ticks + longest;
        let Some(makespan) = self.run.calls[self.call].makespan().filter(|makespan| *makespan > bound) else {
            return Ok(());
        };
        let most = self.run.calls[self.call].most_in_flight.get(&WORK).copied().unwrap_or(0);
        let possible = workers.min(self.works.len());
        let (cause, hint) = self.too_slow(most, possible);
        Err(Finding::fail(
            format!(
                "at most {} ticks with {}: a start of {} + {} ticks of work / {workers} + the longest item of {}",
                thousands(bound),
                count(workers, "worker"),
                thousands(start),
                thousands(total),
                thousands(longest),
            ),
            format!(
                "{} ticks, a speedup of {}; {} started; at most {} in progress where {possible} could be",
                thousands(makespan),
                ratio(total, makespan),
                processes(self.processes().len()),
                count(most, ITEM),
            ),
            cause,
            hint,
        ))
    }

    /// Why it took longer than it may.
    fn too_slow(&self, most: usize, possible: usize) -> (&'static str, &'static str) {
        let processes = self.processes().len();
        if most <= 1 && possible > 1 {
            return if processes == 1 {
                (
                    "one worker process works all items, one after the other",
                    "start `workers` processes before you wait for the first one",
                )
            } else if processes == self.works.len() || self.one_after_the_other() {
                (
                    "each process is waited for before the next one is started",
                    "start all of them, keep the `Child`ren, and wait then",
                )
            } else {
                (
                    "workers take turns: a lock is held while an item is worked",
                    "hold nothing while `work` runs: take the item before, add its amount after it",
                )
            };
        }
        if processes > possible {
            return (
                "each item, or each part of the items, pays for the start of a process",
                "let a worker go on: it takes its next item by itself, from the block",
            );
        }
        if most < possible {
            return (
                "fewer workers have something to do than there may be: some are not started, or find nothing",
                "start `workers` processes, and let each take the next item from the same cursor in the block",
            );
        }
        if self.in_rounds() {
            return (
                "items are worked in rounds: the next ones start when the last one of the round before has ended",
                "let each worker take its next item as soon as it is done, without a look at the others",
            );
        }
        (
            "a worker is idle while items wait: they were dealt out beforehand, in ranges or in turn, or taken several at a time",
            "deal nothing out: a cursor in the block says which item is next, and whoever is free takes it with `fetch_add`",
        )
    }

    /// Whether the processes lived one after the other.
    fn one_after_the_other(&self) -> bool {
        let starts: BTreeSet<Ticks> = self.starts.iter().map(|start| start.start).collect();
        starts.len() == self.starts.len()
    }

    /// Whether every start but the first ones came when nothing else was in progress any more.
    fn in_rounds(&self) -> bool {
        let starts: BTreeSet<Ticks> = self.works.iter().map(|work| work.start).collect();
        let over = |work: &WorkRecord, at: Ticks| work.start >= at || work.end.is_some_and(|end| end <= at);
        starts.len() > 1 && starts.iter().all(|&at| self.works.iter().all(|work| over(work, at)))
    }
}
