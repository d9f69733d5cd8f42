//! When clients are started and served.

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::{Scenario, Ticks};
use judge::suite::Finding;
use judge::words::{thousands, tick};

use super::super::shared::{START, Step, of_next};
use super::history::{Called, combines, history, session, steps, told};
use super::standstill::word_end;

/// Each client is started at the tick of the call, and each call of a proxy returns at the tick at which it began, or as soon as no
/// `combine` is in progress any more. A pass proves it in virtual time.
pub(super) struct ServedAtOnce;

impl Policy for ServedAtOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| {
            started(scenario, run, call)?;
            history(scenario, run, call).iter().try_for_each(|called| served(scenario, run, call, called))
        })
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

fn started(scenario: &Scenario, run: &Run, call: usize) -> Result<(), Finding> {
    let (first, due) = (session(scenario, call).first, run.calls[call].start);
    let mut starts = run.works.iter().filter(|work| work.call == call && work.work.kind == START);
    let Some(late) = starts.find(|work| work.start > due) else { return Ok(()) };
    Err(Finding::fail(
        format!("client {} is started at {}, as all are", late.work.key.wrapping_sub(first), tick(due)),
        format!("it was started at {}", tick(late.start)),
        "a client is started when another one has said something, or has ended",
        "start all clients first, and then serve all of them at the same time: a thread for each is the simplest way",
    ))
}

/// When a call that begins at this tick has to be back at the latest.
fn due(run: &Run, call: usize, at: Ticks) -> Ticks {
    let mut due = at;
    // `combine` may be called for one after the other.
    loop {
        let busy = combines(run, call).filter(|work| work.start <= due);
        match busy.filter_map(|work| work.end).filter(|end| *end > due).max() {
            Some(end) => due = end,
            None => return due,
        }
    }
}

fn served(scenario: &Scenario, run: &Run, call: usize, called: &Called) -> Result<(), Finding> {
    let due = due(run, call, called.at);
    let Some(back) = called.back.filter(|back| back.at > due) else { return Ok(()) };
    let while_combining = if due > called.at { ", when no `combine` is in progress any more" } else { "" };
    let (cause, hint) = late(scenario, run, call, called, back.at);
    Err(Finding::fail(
        format!("{} is back at {}{while_combining}", called.shown(), tick(due)),
        format!("it came back at {}, {} ticks later", tick(back.at), thousands(back.at - due)),
        cause,
        hint,
    ))
}

/// Whom it waited for: whoever did something at the tick at which it came back.
fn late(scenario: &Scenario, run: &Run, call: usize, called: &Called, at: Ticks) -> (String, &'static str) {
    let first = session(scenario, call).first;
    let others = steps(run, call).filter_map(|work| {
        let client = of_next(work.work.key).0.wrapping_sub(first);
        (client != called.client && work.end == Some(at)).then_some((client, work))
    });
    let others: Vec<_> = others.collect();
    let ended = |(_, work): &&(u64, &judge::run::WorkRecord)| {
        !matches!(told(work), Some(Step::Call(_) | Step::Burst { .. }))
    };
    if let Some((client, _)) = others.iter().find(ended) {
        return (
            format!("it was served when client {client} had ended: clients are served one after the other"),
            "serve all clients at the same time: a thread for each, which reads its requests until they end",
        );
    }
    if let Some((client, _)) = others.first() {
        return (
            format!(
                "it was served when client {client} had said something: the clients are listened to in turn, or a lock is held while one is \
                 listened to"
            ),
            "listen to all clients at once (a thread for each), and lock the dict when a request is there, not before",
        );
    }
    (
        "requests are looked at now and then, and not when they come".to_owned(),
        "let a thread for each client sleep in `read`: it wakes when there is something",
    )
}
