//! The clients as processes: whether each is started, gets to its end, and how it ended.

use std::collections::{BTreeMap, BTreeSet};

use judge::checks::{Policy, Returns};
use judge::processes::{Death, Status, read_back};
use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Then};
use judge::suite::Finding;
use judge::words::{self, count, tick};

use super::super::shared::{BACK, NEXT, START, Step, of_next};
use super::history::{session, steps, told};
use super::standstill::word_end;

/// Each client is one process, which is not the calling one, and calls `body`. A pass says nothing of when.
pub(super) struct EachStarted;

/// Each client does all that it is told, up to its end: none dies of what the manager or its proxy does, and the call does not return
/// before. A pass says nothing of what its calls gave.
pub(super) struct ReachTheirEnds;

/// The call returns, whatever its clients ask for. A pass says nothing of what it returns.
pub(super) struct GoesOn;

/// The call returns, although clients end early. A pass says nothing of what it returns.
pub(super) struct Outlives;

/// The call returns how each client ended, in the order of their numbers. A pass says nothing of the dict.
pub(super) struct Statuses;

/// No client's process ends with status 0 before `client` has returned, unless it is told to. A pass says nothing of when.
pub(super) struct ClientsReturn;

impl Policy for ClientsReturn {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| clients_return(scenario, run, call))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

fn clients_return(scenario: &Scenario, run: &Run, call: usize) -> Result<(), Finding> {
    let session = session(scenario, call);
    let Some((statuses, _)) = returned(run, call) else { return Ok(()) };
    for (client, status) in (0..session.clients).zip(statuses) {
        let number = session.first + client;
        let is_back = run.works.iter().any(|work| work.work.kind == BACK && work.work.key == number);
        if is_back || status != Some(Status::Code(0)) || early(scenario, number).is_some() {
            continue;
        }
        return Err(Finding::fail(
            format!("client {client}'s `client` returns when `body` has"),
            "its process ended, and `client` had not returned",
            "it ends the process itself, with `process::exit`: nothing that its caller has to do after it is done any more",
            "return: the process ends with status 0 by itself",
        ));
    }
    Ok(())
}

impl Policy for EachStarted {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| each_started(scenario, run, call))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

fn each_started(scenario: &Scenario, run: &Run, call: usize) -> Result<(), Finding> {
    let session = session(scenario, call);
    let mut processes: BTreeMap<u64, BTreeSet<usize>> = BTreeMap::new();
    for work in run.works.iter().filter(|work| work.call == call && work.work.kind == START) {
        processes.entry(work.work.key).or_default().insert(work.process);
    }
    let body: BTreeSet<u64> = steps(run, call).map(|work| of_next(work.work.key).0).collect();
    for client in 0..session.clients {
        let number = session.first + client;
        let started = processes.get(&number).map_or(0, BTreeSet::len);
        let expected = format!("client {client} is started once, and calls `body`");
        let (observed, cause, hint) = match started {
            0 => (
                "it was not started".to_owned(),
                "too few processes are started, or with the command of another client",
                "start `command(0)`, `command(1)`, … up to `clients`, each once, before you serve any of them",
            ),
            1 if body.contains(&number) || dies_at_once(scenario, number) => continue,
            1 => (
                "it was started, and never called `body`".to_owned(),
                "`client` returns, or fails, before it calls `body`",
                "make the proxy, and call `body` with it; nothing has to be agreed upon with the manager before",
            ),
            _ => (
                format!("it was started {}", times(started)),
                "a command is spawned more than once, or `command` is called again with the same number",
                "call `command(i)` once for each client, and spawn what it gives once",
            ),
        };
        return Err(Finding::fail(expected, observed, cause, hint));
    }
    Ok(())
}

fn times(number: usize) -> String {
    if number == 2 { "twice".to_owned() } else { format!("{number} times") }
}

/// A client that ends in its first step is not seen to take it where the process is gone too soon.
fn dies_at_once(scenario: &Scenario, client: u64) -> bool {
    let first = super::super::shared::next(client, 0, 0);
    scenario
        .plan
        .get(NEXT, first)
        .is_some_and(|planned| matches!(planned.then, Then::Die(_) | Then::Panic(_)))
}

/// How a client is planned to end before it has done everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Early {
    Dies(Death),
    Panics,
}

/// `None`: it does not.
fn early(scenario: &Scenario, client: u64) -> Option<Early> {
    let mine = scenario.plan.of_kind(NEXT).filter(|(key, _)| of_next(*key).0 == client);
    mine.into_iter().find_map(|(_, planned)| match planned.then {
        Then::Die(death) => Some(Early::Dies(death)),
        Then::Panic(_) => Some(Early::Panics),
        _ => None,
    })
}

impl Policy for ReachTheirEnds {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| reach_their_ends(scenario, run, call))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

/// Whether all clients have done all that they have to do.
pub(super) fn all_are_done(run: &Run) -> bool {
    (0..run.calls.len()).all(|call| last_steps(run, call).values().all(|work| told(work) == Some(Step::End)))
}

/// Of each thread of a client the last that it asked.
fn last_steps(run: &Run, call: usize) -> BTreeMap<(u64, u64), &WorkRecord> {
    let mut last: BTreeMap<(u64, u64), &WorkRecord> = BTreeMap::new();
    for work in steps(run, call) {
        let (client, thread, place) = of_next(work.work.key);
        let kept = last.entry((client, thread)).or_insert(work);
        if place > of_next(kept.work.key).2 {
            *kept = work;
        }
    }
    last
}

pub(super) fn reach_their_ends(scenario: &Scenario, run: &Run, call: usize) -> Result<(), Finding> {
    let session = session(scenario, call);
    for ((client, _), work) in last_steps(run, call) {
        if early(scenario, client).is_some() || told(work) == Some(Step::End) {
            continue;
        }
        let client = client.wrapping_sub(session.first);
        let doing = match told(work) {
            Some(Step::Call(op) | Step::CutCall(op, _)) => {
                let key = op.key().map(super::history::shown).unwrap_or_default();
                format!("it ended in its call of `{}({key})`", op.name())
            }
            Some(Step::Burst { .. }) => "it ended while several of its threads made calls".to_owned(),
            _ => "it ended before that".to_owned(),
        };
        let at = work.end.map_or_else(String::new, |end| format!(" at {}", tick(end)));
        let (cause, hint) = cause_of_early_end(run);
        return Err(Finding::fail(
            format!("client {client} goes on until it has done all that it has to do"),
            format!("{doing}{at}{}", panicked(run)),
            cause,
            hint,
        ));
    }
    for (number, record) in run.calls.iter().enumerate().filter(|(number, _)| *number == call) {
        let late = steps(run, number).filter(|work| work.after_end).count();
        if late > 0 && record.returned().is_some() {
            return Err(Finding::fail(
                "the call returns when all clients have ended",
                format!("it returned while clients still had {} to make", count(late, "step")),
                "the end of one client, or of the first one, is taken for the end of all",
                "wait for every client before you give the dict back",
            ));
        }
    }
    Ok(())
}

/// What the first panic of the student's own says, if there is one.
fn panicked(run: &Run) -> String {
    let Some(panic) = run.panics.first() else { return String::new() };
    let place = panic.place.as_ref().map_or_else(String::new, |place| format!(" at {}", words::place(place)));
    format!("; a panic{place}: {}", words::printable(panic.message.lines().next().unwrap_or_default()))
}

fn cause_of_early_end(run: &Run) -> (&'static str, &'static str) {
    if run.panics.is_empty() {
        (
            "the client was killed, or its process exits while `body` still runs",
            "let every client end by itself: the manager closes its pipes and waits, `client` returns when `body` has",
        )
    } else {
        (
            "a panic in the client or in the manager ends what should go on: `unwrap` of a missing key, of a text that can't be read, or of a \
             pipe that is closed",
            "an error of a call goes back to its caller as `Err`; the end of the pipe is `Gone`",
        )
    }
}

impl Policy for GoesOn {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        Returns.judge(scenario, run).map_err(|finding| Finding {
            cause: "what a client asks for makes the manager panic: `unwrap` or `expect` of a key that is missing, of a text that can't be \
                    read, or of a pipe that has come to its end"
                .to_owned(),
            hint: "an error of a call is an answer: send it back, and go on".to_owned(),
            ..finding
        })
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

impl Policy for Outlives {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        Returns.judge(scenario, run).map_err(|finding| Finding {
            cause: "the end of a client is taken for an error of the manager: `unwrap` of a read that came to its end, of half a request, or of \
                    an answer that nobody reads any more (`BrokenPipe`)"
                .to_owned(),
            hint: "an error of a client's pipes means that this client is done: stop serving it, wait for it, and go on with the others"
                .to_owned(),
            ..finding
        })
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

impl Policy for Statuses {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| statuses(scenario, run, call))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

/// The statuses that a call returned, and behind them what it returned of the dict.
pub(super) fn returned(run: &Run, call: usize) -> Option<(Vec<Option<Status>>, &[u64])> {
    let (&number, rest) = run.calls[call].returned()?.numbers.split_first()?;
    let (statuses, dict) = rest.split_at_checked(usize::try_from(number).ok()?.checked_mul(2)?)?;
    let statuses = statuses.chunks_exact(2).map(|pair| read_back([pair[0], pair[1]])?.err()).collect();
    Some((statuses, dict))
}

fn statuses(scenario: &Scenario, run: &Run, call: usize) -> Result<(), Finding> {
    let session = session(scenario, call);
    let Some((statuses, _)) = returned(run, call) else { return Ok(()) };
    if statuses.len() as u64 != session.clients {
        return Err(Finding::fail(
            format!("{}, one for each client", of_statuses(session.clients)),
            of_statuses(statuses.len() as u64),
            "how a client ended is left out, where it ended early for instance",
            "keep a place for each client, and put what `wait` gives for it there",
        ));
    }
    for (client, status) in (0..).zip(&statuses) {
        let early = early(scenario, session.first + client);
        let fits = |status: Status| match early {
            None => status == Status::Code(0),
            Some(Early::Panics) => status != Status::Code(0),
            Some(Early::Dies(death)) => status.is_of(death),
        };
        let Some(status) = status.filter(|status| !fits(*status)) else { continue };
        let is_of_another = |other: &u64| early_fits(scenario, session.first + other, status);
        let other = (0..session.clients).filter(|other| *other != client).find(is_of_another);
        let (cause, hint) = match (status, other) {
            (Status::Signal(9), _) => (
                "the client was killed, although it would have ended by itself",
                "close its pipes, and wait for it without a signal",
            ),
            (Status::Code(0), _) if early == Some(Early::Panics) => (
                "the panic of `body` is caught, and its client ends as if nothing had happened; or the status is that of another client",
                "let a panic of `body` end its process: nothing has to be done about it; and keep each status under the number of its client",
            ),
            (_, Some(_)) => (
                "the statuses are in the order in which the clients ended, or those of other clients",
                "keep each status under the number of its client",
            ),
            _ => ("the status is made up", "return what `wait` gives for this very client"),
        };
        return Err(Finding::fail(
            format!("status {client} is that of client {client}, which {}", ends(early)),
            format!("it is {}", seen(status)),
            cause,
            hint,
        ));
    }
    Ok(())
}

fn of_statuses(number: u64) -> String {
    if number == 1 { "1 status".to_owned() } else { format!("{number} statuses") }
}

fn early_fits(scenario: &Scenario, client: u64, status: Status) -> bool {
    match early(scenario, client) {
        None => status == Status::Code(0),
        Some(Early::Panics) => status == Status::Code(101),
        Some(Early::Dies(death)) => status.is_of(death),
    }
}

fn ends(early: Option<Early>) -> String {
    match early {
        None => "ends by itself: exit code 0".to_owned(),
        Some(Early::Panics) => "panics".to_owned(),
        Some(Early::Dies(Death::Exit(code))) => format!("exits with {code}"),
        Some(Early::Dies(Death::Abort)) => "aborts: signal 6".to_owned(),
        Some(Early::Dies(Death::Kill)) => "is killed: signal 9".to_owned(),
    }
}

fn seen(status: Status) -> String {
    match status {
        Status::Code(code) => format!("exit code {code}"),
        Status::Signal(signal) => format!("signal {signal}"),
    }
}
