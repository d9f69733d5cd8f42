//! What clients did, call by call, as the record of a run has it.

use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Ticks};
use judge::words::{thousands, tick};

use super::super::shared::{COMBINE, Gave, Key, NEXT, Op, Session, Step, of_next};

/// A call of a proxy.
///
/// Places count the ends of supplied calls: what happened at a place did so at the rest before that end.
#[derive(Debug, Clone)]
pub(crate) struct Called {
    /// The client, by its number in its call of `manage`.
    pub(crate) client: u64,
    pub(crate) op: Op,
    /// The end with which its thread was told to make it: from the next place on it was in progress.
    pub(crate) begun: usize,
    pub(crate) at: Ticks,
    /// `None`: it never came back.
    pub(crate) back: Option<Back>,
    /// The calls of `combine` with what it passed, if it is an update.
    pub(crate) combined: Vec<Combined>,
    /// Whether its process was killed when fewer bytes of it had gone out than its key has.
    pub(crate) is_half: bool,
}

/// The return of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Back {
    pub(crate) place: usize,
    pub(crate) at: Ticks,
    /// `None`: nothing that a proxy gives.
    pub(crate) gave: Option<Gave>,
}

/// A call of `combine`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Combined {
    /// When it was made.
    pub(crate) place: usize,
    pub(crate) value: u64,
    /// The end of it, and what it gave; `None`: it did not return.
    pub(crate) gave: Option<(usize, u64)>,
}

/// The numbers that a call of `manage` was given.
pub(super) fn session(scenario: &Scenario, call: usize) -> Session {
    Session::from_numbers(&scenario.calls[call].request.input.numbers)
}

/// What a thread of a client was told with this; `None` if that is no step.
pub(super) fn told(work: &WorkRecord) -> Option<Step> {
    Step::from_numbers(&work.answer.as_ref()?.numbers)
}

/// What the threads of a call's clients asked for, in the order in which the judge saw it.
pub(super) fn steps(run: &Run, call: usize) -> impl Iterator<Item = &WorkRecord> {
    run.works.iter().filter(move |work| work.call == call && work.work.kind == NEXT)
}

/// The step of the same thread behind this one.
pub(super) fn following<'a>(run: &'a Run, work: &WorkRecord) -> Option<&'a WorkRecord> {
    let key = work.work.key.checked_add(1)?;
    let mut later = run.works.iter().filter(move |next| next.work.kind == NEXT && next.work.key == key);
    later.find(|next| next.process == work.process)
}

/// The calls that a call's clients made of their proxies, bursts apart, in the order in which they were told to.
pub(super) fn history(scenario: &Scenario, run: &Run, call: usize) -> Vec<Called> {
    let session = session(scenario, call);
    let called = |work: &WorkRecord| {
        let (Step::Call(op) | Step::CutCall(op, _)) = told(work)? else { return None };
        let back = following(run, work).map(|next| Back {
            place: next.after,
            at: next.start,
            gave: Gave::from_numbers(&next.work.input.numbers),
        });
        let (client, _, _) = of_next(work.work.key);
        let combined = match op {
            Op::Update(_, with) => combined(run, call, with),
            _ => Vec::new(),
        };
        let client = client.wrapping_sub(session.first);
        let is_short = |op: Op, bytes| op.key().is_some_and(|key| bytes < key.text().len() as u64);
        let is_half =
            back.is_none() && matches!(told(work), Some(Step::CutCall(op, bytes)) if is_short(op, bytes));
        Some(Called { client, op, begun: work.ended_as?, at: work.end?, back, combined, is_half })
    };
    let mut all: Vec<Called> = steps(run, call).filter_map(called).collect();
    all.sort_by_key(|called| called.begun);
    all
}

/// The calls of `combine` in a call of `manage` that were given this as `with`.
fn combined(run: &Run, call: usize, with: u64) -> Vec<Combined> {
    combines(run, call)
        .filter(|work| work.work.input.numbers.get(1) == Some(&with))
        .map(|work| Combined {
            place: work.after,
            value: work.work.input.numbers[0],
            gave: work.ended_as.zip(work.answer.as_ref().and_then(|answer| answer.numbers.first().copied())),
        })
        .collect()
}

pub(super) fn combines(run: &Run, call: usize) -> impl Iterator<Item = &WorkRecord> {
    run.works.iter().filter(move |work| work.call == call && work.work.kind == COMBINE)
}

impl Called {
    /// What it gave, if that is one of a proxy's results.
    pub(super) fn gave(&self) -> Option<Gave> {
        self.back.and_then(|back| back.gave)
    }

    /// ``client 2's `get("key 7")` at tick 30``.
    pub(super) fn shown(&self) -> String {
        let key = self.op.key().map(shown).unwrap_or_default();
        format!("client {}'s `{}({key})` at {}", self.client, self.op.name(), tick(self.at))
    }
}

/// A key as a reader knows it.
pub(super) fn shown(key: Key) -> String {
    match key {
        Key::Long(length, _) => format!("a key of {} characters", thousands(length)),
        short => format!("{:?}", short.text()),
    }
}
