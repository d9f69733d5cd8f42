//! What a day was like, request by request.

use std::collections::HashMap;

use judge::checks::{EventLoopFree, Policy, ending};
use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Then, Ticks};
use judge::words::count;

use super::super::shared::{ARRIVE, BEFORE, DROP, LOAD, PATIENCE, PREDICT, REPLY, SERVED, TOGETHER};

/// A run, read by the number of the request.
pub(super) struct Seen<'a> {
    scenario: &'a Scenario,
    run: &'a Run,
    /// The first of each kind for each key: stories are long, and policies ask for many moments.
    first: HashMap<(u16, u64), &'a WorkRecord>,
}

impl<'a> Seen<'a> {
    pub(super) fn of(scenario: &'a Scenario, run: &'a Run) -> Self {
        let mut first = HashMap::new();
        for work in &run.works {
            first.entry((work.work.kind, work.work.key)).or_insert(work);
        }
        Self { scenario, run, first }
    }

    /// All requests, whether they came or not.
    pub(super) fn requests(&self) -> impl Iterator<Item = u64> + use<'a> {
        self.scenario.plan.of_kind(ARRIVE).map(|(id, _)| id)
    }

    pub(super) fn of_kind(&self, kind: u16) -> impl Iterator<Item = &'a WorkRecord> + use<'a> {
        self.run.works.iter().filter(move |work| work.work.kind == kind)
    }

    fn first(&self, kind: u16, id: u64) -> Option<&'a WorkRecord> {
        self.first.get(&(kind, id)).copied()
    }

    /// When something of the kit's own came to its end, unless nobody waited for it any more.
    fn passed(&self, kind: u16, id: u64) -> Option<Ticks> {
        self.first(kind, id).filter(|work| !work.dropped)?.end
    }

    pub(super) fn arrived(&self, id: u64) -> Option<Ticks> {
        self.passed(ARRIVE, id)
    }

    pub(super) fn load(&self, id: u64) -> Option<&'a WorkRecord> {
        self.first(LOAD, id)
    }

    /// When the load had ended.
    pub(super) fn loaded(&self, id: u64) -> Option<Ticks> {
        self.passed(LOAD, id)
    }

    pub(super) fn prediction(&self, id: u64) -> Option<&'a WorkRecord> {
        self.first(PREDICT, id)
    }

    /// When the client left without a reply.
    pub(super) fn left(&self, id: u64) -> Option<Ticks> {
        self.passed(PATIENCE, id)
    }

    /// When the client had its reply, and what that was; `None` where it was dropped.
    pub(super) fn reply(&self, id: u64) -> Option<(Ticks, Option<u64>)> {
        self.first(REPLY, id).map(|note| (note.start, note.work.input.numbers.first().copied()))
    }

    /// Whether `predict` panics for it.
    pub(super) fn panics(&self, id: u64) -> bool {
        matches!(self.scenario.plan.get(PREDICT, id), Some(planned) if matches!(planned.then, Then::Panic(_)))
    }

    /// When the service came to its end, in whatever way.
    pub(super) fn served(&self) -> Option<Ticks> {
        self.passed(SERVED, 0)
    }

    /// When it was dropped.
    pub(super) fn dropped(&self) -> Option<Ticks> {
        self.passed(DROP, 0)
    }

    /// The most calls of `predict` that were in flight together.
    pub(super) fn most(&self) -> usize {
        let most = self.run.calls.iter().filter_map(|call| call.most_in_flight.get(&PREDICT));
        most.copied().max().unwrap_or(0)
    }

    /// The numbers of calls of `predict` on the thread of the event loop, and of all.
    pub(super) fn on_the_loop(&self) -> (usize, usize) {
        let all = || self.of_kind(PREDICT);
        (all().filter(|work| work.on_caller).count(), all().count())
    }

    /// What something comes from, and what to try: this, unless something panicked by itself, or the event loop was not free.
    pub(super) fn because_of_a_panic_or(&self, cause: &str, hint: &str) -> (String, String) {
        match ending::own_panic(self.run) {
            Some((said, cause, hint)) => (format!("something panicked: {said}; {cause}"), hint.to_owned()),
            None => self.because(cause, hint),
        }
    }

    /// How many workers a service had that was there before this one.
    pub(super) fn workers_before(&self) -> Option<usize> {
        let before = *self.scenario.calls[0].request.input.numbers.get(BEFORE)?;
        usize::try_from(before).ok().filter(|&before| before > 0)
    }

    /// Whether loads ended at the same moment.
    pub(super) fn loads_end_together(&self) -> bool {
        self.scenario.calls[0].request.input.numbers.get(TOGETHER) == Some(&1)
    }

    /// What something comes from, and what to try: this, unless the event loop was not free.
    pub(super) fn because(&self, cause: &str, hint: &str) -> (String, String) {
        if self.on_the_loop().0 > 0 {
            return (COMPUTES.0.to_owned(), COMPUTES.1.to_owned());
        }
        match EventLoopFree.judge(self.scenario, self.run) {
            Ok(()) => (cause.to_owned(), hint.to_owned()),
            Err(blocked) => {
                let where_it_waits = blocked.observed.trim_start_matches("it was blocked: ");
                (format!("the event loop was blocked: {where_it_waits}"), blocked.hint)
            }
        }
    }
}

/// Why `predict` has no place on the event loop, and what to try.
pub(super) const COMPUTES: (&str, &str) = (
    "`predict` is called on the thread of the event loop: until it returns nothing else can happen there, no request is taken, loaded or \
     answered",
    "call it on another thread (`tokio::task::spawn_blocking`, a pool of your own, `rayon`), and `.await` what comes back",
);

/// `request 3`, or `3 requests (0, 1 and 2)`.
pub(super) fn requests(ids: &[u64]) -> String {
    match ids {
        [id] => format!("request {id}"),
        _ => format!("{} ({})", count(ids.len(), "request"), judge::words::list(ids)),
    }
}
