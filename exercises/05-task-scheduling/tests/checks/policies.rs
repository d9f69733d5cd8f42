//! What is promised of task sets, judged on the record of a life.

use std::collections::{HashMap, HashSet};
use std::mem;

use judge::checks::{Policy, ending};
use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Ticks};
use judge::suite::Finding;
use judge::words::{list, tick};

use super::life::{By, Stopped, TASK, Task, Told};

/// What was told is what must be, on each runtime. A pass proves it for this life.
pub(super) struct Tells(pub(super) Vec<Told>);

/// What was told is right as far as the ids go. A pass says nothing of what else was told.
pub(super) struct GivesIds(pub(super) Vec<Told>);

/// Tasks first run within a tick of their creation, and not inside of `create_task`.
pub(super) struct RunsAtOnce(pub(super) Vec<Task>);

/// The whole takes exactly so long, but for rounding.
pub(super) struct EndsInTime(pub(super) Ticks);

/// Tasks first run in the order of their creation.
pub(super) struct StartsInOrder;

/// What was cancelled or dropped never runs on, and not at all if it had not run; what was not cancelled is not dropped with it.
pub(super) struct Stops(pub(super) Vec<Task>);

impl Policy for Tells {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        for (index, call) in run.calls.iter().enumerate() {
            let Some(returned) = call.returned() else { return Ok(()) };
            let told: Vec<_> = returned.numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
            self.compare(&told, run).map_err(|finding| if index == 0 { finding } else { again(finding) })?;
        }
        Ok(())
    }
}

/// The same on a second runtime, where it was right on the first one.
fn again(mut finding: Finding) -> Finding {
    finding.expected = format!("on a second runtime, too: {}", finding.expected);
    finding.cause = "on the first runtime all was right: something of it outlives it (a `static` with its handle, a channel or tasks), \
                     or a counter is not each set's own"
        .into();
    finding.hint =
        "keep everything in the set, and spawn on the runtime that calls `create_task`: `tokio::spawn` does"
            .into();
    finding
}

impl Tells {
    fn compare(&self, told: &[(u64, u64)], run: &Run) -> Result<(), Finding> {
        let answers = answers(run);
        let wanted: Vec<(u64, u64)> = self.0.iter().map(|told| plain(*told, &answers)).collect();
        let sorted = |told: &[(u64, u64)]| {
            let mut told = told.to_vec();
            told.sort_unstable();
            told
        };
        // All of it was told, but not in this order.
        let moved = || sorted(&wanted) == sorted(told);
        let (mut task, mut gathered) = (0, 0);
        for (index, (expected, wanted)) in self.0.iter().zip(&wanted).enumerate() {
            let got = told.get(index).copied();
            match expected {
                Told::Gathered(_) => gathered = 0,
                Told::Id(_) | Told::Cancelled(_) => {}
                _ => {
                    task = gathered;
                    gathered += 1;
                }
            }
            if got != Some(*wanted) {
                let finding = finding(*expected, got, task, moved(), run);
                return Err(if self.is_given_up(*expected, got, run) { given_up(finding) } else { finding });
            }
        }
        Ok(())
    }

    /// Whether a value reads as a failure that no task had.
    fn is_given_up(&self, expected: Told, got: Option<(u64, u64)>, run: &Run) -> bool {
        let cancels = self.0.iter().any(|told| matches!(told, Told::Cancelled(_)));
        let panicked = !run.panics.is_empty() || run.works.iter().any(|work| work.panicked);
        let failure = got.filter(|(kind, _)| *kind == 4);
        matches!(expected, Told::Value(_))
            && !panicked
            && failure.is_some_and(|(_, which)| which == 1 || !cancels)
    }
}

/// The same of a task that neither panicked nor was cancelled.
fn given_up(mut finding: Finding) -> Finding {
    finding.cause = "it neither panicked nor was cancelled: it is given up before its end (a time limit, one look that finds it \
                     unfinished), or its value is lost on the way (a look that takes it out of a `JoinSet`, and keeps it nowhere), and \
                     what is missing is taken for this"
        .into();
    finding.hint =
        "wait for each task, however long it takes, and keep what each look gives (`try_join_next`, too) at its task's place"
            .into();
    finding
}

impl Policy for GivesIds {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some(returned) = run.calls[0].returned() else { return Ok(()) };
        let answers = answers(run);
        for (expected, got) in self.0.iter().zip(returned.numbers.chunks_exact(2)) {
            let got = (got[0], got[1]);
            if matches!(expected, Told::Id(_)) && got != plain(*expected, &answers) {
                return Err(finding(*expected, Some(got), 0, false, run));
            }
        }
        Ok(())
    }
}

/// As the adapter tells it.
fn plain(told: Told, answers: &HashMap<u64, u64>) -> (u64, u64) {
    match told {
        Told::Id(id) => (0, id),
        Told::Cancelled(cancelled) => (1, u64::from(cancelled)),
        Told::Gathered(count) => (2, count),
        Told::Value(key) => (3, answers.get(&key).copied().unwrap_or(0)),
        Told::ReadsCancelled => (4, 0),
        Told::ReadsPanicked => (4, 1),
    }
}

/// What the tasks that have ended were given, by their keys. Of a task that ran more than once its first run counts.
fn answers(run: &Run) -> HashMap<u64, u64> {
    let tasks = run.works.iter().filter(|work| work.work.kind == TASK);
    let first = tasks.rev().map(|work| (work.work.key, work.answer.as_ref()));
    let first: HashMap<u64, Option<_>> = first.collect();
    first.into_iter().filter_map(|(key, answer)| Some((key, *answer?.numbers.first()?))).collect()
}

fn words(told: Option<(u64, u64)>, run: &Run) -> String {
    match told {
        Some((0, id)) => format!("the id {id}"),
        Some((1, cancelled)) => format!("`{}`", cancelled == 1),
        Some((2, count)) => format!("{count} results"),
        Some((3, value)) => {
            let of = run.works.iter().find(|work| {
                work.answer.as_ref().is_some_and(|answer| answer.numbers.first() == Some(&value))
            });
            of.map_or_else(
                || "a value of no task".into(),
                |work| format!("the value of task {}", work.work.key),
            )
        }
        Some((4, 0)) => "`Err(Cancelled)`".into(),
        Some((4, _)) => "`Err(Panicked)`".into(),
        Some(_) => "a task that ran inside of `create_task`".into(),
        None => "nothing".into(),
    }
}

fn finding(expected: Told, got: Option<(u64, u64)>, task: usize, moved: bool, run: &Run) -> Finding {
    // Of a task that should have a value, and that the judge did not make panic.
    let own_panic =
        ending::own_panic(run).filter(|_| matches!((expected, got), (Told::Value(_), Some((4, 1)))));
    let observed = match &own_panic {
        Some((said, _, _)) => format!("{}; a task panicked: {said}", words(got, run)),
        None => words(got, run),
    };
    let wanted = match expected {
        // It may have no value yet.
        Told::Value(key) => format!("the value of task {key}"),
        _ => words(Some(plain(expected, &answers(run))), run),
    };
    let (what, cause, hint) = match expected {
        _ if got.is_some_and(|(kind, _)| kind == 5) => (
            "`create_task` returns before the task runs".to_owned(),
            "`create_task` polls the task itself",
            "leave the first poll to the runtime: spawn it",
        ),
        Told::Id(id) => (
            format!("the task gets the id {id}"),
            "ids are not counted from 0 for each set, or do not count on once a task has finished or was cancelled",
            "the id is the number of tasks created in this set before",
        ),
        Told::Cancelled(true) => (
            "`cancel` of an unfinished task gives `true`".to_owned(),
            "the task is taken for finished or unknown",
            "a task that was created and has neither ended nor been cancelled is unfinished, also before its first run",
        ),
        Told::Cancelled(false) => (
            "`cancel` of what has ended, was cancelled or is unknown gives `false`".to_owned(),
            "it does not know that there is nothing to stop any more: it does not look whether the task has ended, or forgets that it \
             was cancelled just before (`is_finished` says no until the task's next turn)",
            "look whether the task has finished, and remember what was cancelled",
        ),
        Told::Gathered(count) => (
            format!("`gather` gives {count} results, one for each task"),
            "tasks that were cancelled, panicked or ended early are left out, or some are forgotten",
            "keep a place for each task from its creation on",
        ),
        Told::Value(_) | Told::ReadsCancelled | Told::ReadsPanicked => {
            let told = own_panic.map(|(_, cause, hint)| (cause, hint));
            let (cause, hint) = told.unwrap_or_else(|| wrong_result(expected, got.filter(|_| !moved), run));
            (format!("result {task} is {wanted}"), cause, hint)
        }
    };
    Finding::fail(what, observed, cause, hint)
}

/// Why a result is not the one of its task; nothing came, or all of it came in another order, where `got` is `None`.
fn wrong_result(expected: Told, got: Option<(u64, u64)>, run: &Run) -> (&'static str, &'static str) {
    let in_order = "await the tasks in creation order: those that end earlier keep their results (a `JoinSet` joins as they end: \
                    put each result in its task's place)";
    match (expected, got) {
        (_, Some((3, _)) | None) => (
            "the results stand in another order than the creation's: as the tasks ended (a `JoinSet`, `FuturesUnordered`), from the \
             end of a list (`pop`), or sorted into values and failures",
            in_order,
        ),
        (Told::Value(key), Some((4, 0))) if answers(run).contains_key(&key) => (
            "the task had ended, and its value is thrown away: a cancel that came too late changes what it reads, or one that was meant for \
             the task with this id in another set (a `static`)",
            "change nothing in `cancel` where the task has finished, and keep what was cancelled in the set",
        ),
        (Told::Value(_), Some((4, 0))) => (
            "the task was stopped before its end: by a time limit, by the failure of another, or because `gather` does not wait",
            "wait for each task, however long it takes and whatever becomes of the others",
        ),
        (Told::Value(_), Some((4, _))) => (
            "the failure of another task is taken for its own (a poisoned lock), or it panicked when it was run",
            "keep each task's result apart from the others', and let the caller's runtime run them",
        ),
        (Told::ReadsPanicked, _) if run.works.iter().filter(|work| work.panicked).count() > 1 => (
            "more than one task panicked, and only one of them is remembered; or each `JoinError` is taken for a cancel, or \
             told by words in its text, of which the panic's message is a part",
            "keep for each task what became of it, and ask its own `JoinError`: `is_panic()` or `is_cancelled()`",
        ),
        (Told::ReadsPanicked, _) => (
            "a panic is reported as something else: each `JoinError` is taken for a cancel, or told by words in its text, of which the \
             panic's message is a part",
            "ask the `JoinError`: `is_panic()` or `is_cancelled()`",
        ),
        (Told::ReadsCancelled, _) => (
            "a cancel is reported as something else: each `JoinError` is taken for a panic",
            "ask the `JoinError`: `is_panic()` or `is_cancelled()`",
        ),
        (_, Some(_)) => {
            ("the results are not those of the tasks", "keep a place for each task from its creation on")
        }
    }
}

fn of_task(run: &Run, key: u64) -> impl Iterator<Item = &WorkRecord> {
    run.works.iter().filter(move |work| work.work.key == key)
}

impl Policy for RunsAtOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let late = self.0.iter().find_map(|task| {
            let start = of_task(run, task.key).map(|work| work.start).min();
            (start.is_none_or(|start| start > task.created + scenario.rounding())).then_some((task, start))
        });
        let Some((task, start)) = late else { return Ok(()) };
        let others_run = run.works.iter().any(|work| work.work.key != task.key && Some(work.start) < start);
        let (cause, hint) = if others_run {
            (
                "it waits for another task: they share a lock or a limited number of places, or each awaits the one before it",
                "let every task run by itself, with nothing that it has to wait for before its first step",
            )
        } else {
            (
                "the future is only stored: a future does nothing until it is polled, and nobody polls it before `gather`",
                "hand it to the runtime when it is created: `tokio::spawn`, or a `JoinSet`",
            )
        };
        Err(Finding::fail(
            format!("task {} runs from {} on, when it was created", task.key, tick(task.created)),
            start.map_or_else(
                || "it never ran".to_owned(),
                |start| format!("it first ran at {}", tick(start)),
            ),
            cause,
            hint,
        ))
    }
}

impl Policy for EndsInTime {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some(makespan) = run.calls[0].makespan() else { return Ok(()) };
        if makespan <= self.0 + scenario.rounding() {
            return Ok(());
        }
        let last = run.works.iter().filter_map(|work| work.end).max().unwrap_or(0);
        let most = run.calls[0].most_in_flight.get(&TASK).copied().unwrap_or(0);
        let (cause, hint) = if last <= self.0 + scenario.rounding() {
            (
                "`gather` goes on waiting after the last task has ended: it looks on a timer whether all have ended",
                "await the handles themselves: they wake whoever waits, when it is time",
            )
        } else if most <= 1 {
            (
                "the tasks run one after the other: each is awaited before the next starts, or a lock is held to the end of each",
                "spawn each task when it is created; in `gather` await the handles, one after the other is fine",
            )
        } else {
            (
                "the tasks start late: only in `gather`, or when a place among a limited number is free",
                "spawn each task when it is created, with nothing that it has to wait for",
            )
        };
        Err(Finding::fail(
            format!("everything is done at {}, when the slowest task ends", tick(self.0)),
            format!("it is done at {}", tick(makespan)),
            cause,
            hint,
        ))
    }
}

impl Policy for StartsInOrder {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let order: Vec<u64> =
            run.works.iter().filter(|work| work.work.kind == TASK).map(|work| work.work.key).collect();
        if order.is_sorted() {
            return Ok(());
        }
        Err(Finding::fail(
            "tasks first run in the order of their creation",
            format!("they first ran in the order {}", list(order)),
            "the tasks are handed to the runtime in another order, or some give way before they begin",
            "spawn each task at once, in `create_task`, and nothing else",
        ))
    }
}

impl Policy for Stops {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let rounding = scenario.rounding();
        self.spares_others(rounding, run)?;
        for task in &self.0 {
            let Some(stopped) = task.stopped else { continue };
            let Some(observed) = went_on(task.key, stopped, rounding, run) else { continue };
            let others = self.0.iter().filter(|other| other.key != task.key);
            let others_stop =
                others.filter_map(|other| Some((other.key, other.stopped?))).any(|(key, other)| {
                    mem::discriminant(&other.by) == mem::discriminant(&stopped.by)
                        && went_on(key, other, rounding, run).is_none()
                });
            let (cause, hint) = if only_polled_once(task.key, stopped, rounding, run) {
                POLLED_ONCE
            } else {
                why_it_goes_on(stopped.by, others_stop)
            };
            return Err(Finding::fail(
                format!("task {}, {} at {}, never runs on", task.key, stopped.by, tick(stopped.at)),
                observed,
                cause,
                hint,
            ));
        }
        Ok(())
    }
}

impl Stops {
    /// Whatever is dropped when a task is cancelled was cancelled itself.
    fn spares_others(&self, rounding: Ticks, run: &Run) -> Result<(), Finding> {
        let cancelled: Vec<_> = self
            .0
            .iter()
            .filter_map(|task| Some((task, task.stopped?)))
            .filter(|(_, stopped)| matches!(stopped.by, By::Cancel))
            .collect();
        let untouched: HashSet<u64> =
            self.0.iter().filter(|task| task.stopped.is_none()).map(|task| task.key).collect();
        for work in run.works.iter().filter(|work| work.dropped && untouched.contains(&work.work.key)) {
            let at_cancel = cancelled.iter().find(|(_, stopped)| {
                work.end.is_some_and(|end| (stopped.at..=stopped.at + rounding).contains(&end))
            });
            let Some((asked, Stopped { at, .. })) = at_cancel else { continue };
            return Err(Finding::fail(
                format!("task {} is cancelled at {}, and no other", asked.key, tick(*at)),
                format!("task {} was stopped", work.work.key),
                "`cancel` takes another task for the one with this id: ids are counted otherwise than places in the list, something was \
                 removed from the list, or it stops them all",
                "keep each task at the place that is its id (`tasks[id]`), and abort that one alone",
            ));
        }
        Ok(())
    }
}

/// What a task did after it was stopped, if anything.
fn went_on(key: u64, stopped: Stopped, rounding: Ticks, run: &Run) -> Option<String> {
    let last = stopped.at + rounding;
    if !stopped.had_run && of_task(run, key).next().is_some() {
        Some("it had not run yet, and ran all the same".to_owned())
    } else if of_task(run, key).any(|work| work.start > last) {
        Some(format!("it went on to its next step after {}", tick(last)))
    } else if of_task(run, key).any(|work| work.end.is_none_or(|end| end > last)) {
        Some(format!("it was still running after {}", tick(last)))
    } else {
        None
    }
}

/// Whether it was stopped as asked, but for its first turn, which it still got.
fn only_polled_once(key: u64, stopped: Stopped, rounding: Ticks, run: &Run) -> bool {
    let at_once =
        |work: &WorkRecord| work.dropped && work.end.is_some_and(|end| end <= stopped.at + rounding);
    !stopped.had_run && of_task(run, key).all(at_once)
}

const POLLED_ONCE: (&str, &str) = (
    "the task is stopped, but not before its first turn: it is polled once before the signal to stop is looked at. `tokio::select!` \
     looks at its branches in random order, so that this happens now and then",
    "let the signal come first: `biased;` at the top of the `select!` and the signal in its first branch; or `JoinHandle::abort`, after \
     which a task is not polled any more",
);

/// Why a task goes on that was stopped in this way, and whether others that were so did stop.
fn why_it_goes_on(by: By, others_stop: bool) -> (&'static str, &'static str) {
    match (by, others_stop) {
        (By::Cancel, true) => (
            "other tasks were cancelled and did stop, and this one did not: word of it is lost where many are cancelled at once (a bounded \
             channel, one place for one id), ids from some number on are not told apart, or only the first cancel counts",
            "abort the task by its own handle, whatever was cancelled before: `tasks[id]` and `abort`",
        ),
        (By::Cancel, false) => (
            "`cancel` does not stop it: it drops the handle, which detaches the task, or only makes a note (a flag that the \
             task has to look at, an entry for `gather`)",
            "abort it: `JoinHandle::abort`, also where it has not run yet",
        ),
        (By::DropOfGather, true) => (
            "the others are stopped, and this one is not: the task that `gather` waits for just then was taken out of the set (`pop`, \
             `take`, `into_iter`), so that nobody owns its handle but the future that is dropped, and that detaches it; or the loop that \
             stops them ends too early",
            "leave each handle in the set while you wait for it (`(&mut handle).await`), or keep it in something that aborts when it is \
             dropped",
        ),
        (By::Drop | By::Unwind, true) => (
            "others are stopped, and this one is not: the loop that stops them ends or skips too early (at one that has ended, panicked or \
             was cancelled), or word of it is lost where there are many (a bounded channel)",
            "abort each task in the `Drop`, whatever became of those before it",
        ),
        (By::Drop | By::DropOfGather, false) => (
            "the task is detached: dropping a `JoinHandle` lets its task run on; or a `Drop` aborts it too late, in a task that it spawns, or \
             once another one has gone",
            "abort what is unfinished, all at once, in a `Drop` of whoever owns the handles then: the set, or, once they are taken out of it, the \
             future of `gather` (a wrapper for each handle that aborts when dropped serves both, and so does a `JoinSet`)",
        ),
        (By::Unwind, false) => (
            "nothing is stopped where the set is dropped by a panic: the `Drop` looks whether the thread is panicking, or there is none",
            "abort what is unfinished in `Drop`, whatever it is that drops the set",
        ),
    }
}
