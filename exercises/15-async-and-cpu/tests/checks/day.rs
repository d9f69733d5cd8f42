//! A day of the service: who comes when, how long each load and each prediction takes, and who leaves.

use judge::checks::{NoneTwice, PanicsNaming, WaitsAsleep};
use judge::scenario::{Call, Plan, Planned, Scenario, Then, Ticks, Timers};
use judge::suite::Case;
use judge::wire::{Payload, Request};

use super::super::shared::{ARRIVE, BEAT, DAY, DROP, LOAD, OPEN, PATIENCE, PREDICT};
use super::answered::{AnswersEach, EndsInTime, KeepsGoing};
use super::busy::WorkersBusy;
use super::dropped::StopsThere;
use super::free::LoopFree;
use super::gone::ForgetsTheGone;
use super::limit::AtMostWorkers;
use super::loads::LoadsAtOnce;
use super::order::{RepliesAtOnce, StartsAsLoaded};
use super::panics::{AtOnce, CostsNobodyElse};

/// Ticks between two beats.
pub(super) const BETWEEN_BEATS: Ticks = 25;

/// A request and its client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client {
    arrives: Ticks,
    load: Ticks,
    predict: Ticks,
    leaves: Option<Ticks>,
    panics: bool,
}

impl Client {
    /// It comes at this tick, its load and its prediction take so long, and it waits for as long as it takes.
    pub(crate) const fn new(arrives: Ticks, load: Ticks, predict: Ticks) -> Self {
        Self { arrives, load, predict, leaves: None, panics: false }
    }

    /// It leaves so long after it has come.
    pub(crate) const fn leaves(self, after: Ticks) -> Self {
        Self { leaves: Some(after), ..self }
    }

    /// `predict` panics for it, in the end.
    pub(crate) const fn panics(self) -> Self {
        Self { panics: true, ..self }
    }
}

/// A day. Its requests have the ids 0, 1, 2, …
#[derive(Debug, Clone)]
pub(crate) struct Day {
    label: String,
    workers: usize,
    clients: Vec<Client>,
    beats: u64,
    dropped_at: Option<Ticks>,
    open_until: Option<Ticks>,
    workers_before: usize,
    together: bool,
}

impl Day {
    /// A day without a request.
    pub(crate) fn new(label: &str, workers: usize) -> Self {
        let label = label.to_owned();
        let (clients, beats, workers_before, together) = (Vec::new(), 0, 0, false);
        Self { label, workers, clients, beats, dropped_at: None, open_until: None, workers_before, together }
    }

    /// These come.
    pub(crate) fn clients(mut self, clients: impl IntoIterator<Item = Client>) -> Self {
        self.clients.extend(clients);
        self
    }

    /// So many come at the beginning, with predictions that take so long; load i takes i ticks more than this, so that each ends at a
    /// tick of its own.
    pub(crate) fn at_once(self, load: Ticks, predictions: &[Ticks]) -> Self {
        self.clients((load..).zip(predictions).map(|(load, &predict)| Client::new(0, load, predict)))
    }

    /// So many tasks' turns are watched.
    pub(crate) fn beats(self, beats: u64) -> Self {
        Self { beats, ..self }
    }

    /// The service is dropped at this tick.
    pub(crate) fn dropped_at(self, at: Ticks) -> Self {
        Self { dropped_at: Some(at), ..self }
    }

    /// A sender lives until this tick, and sends nothing.
    pub(crate) fn open_until(self, until: Ticks) -> Self {
        Self { open_until: Some(until), ..self }
    }

    /// Another service, with so many workers and one request, has come to its end before the day begins.
    pub(crate) fn after_a_service_with(self, workers_before: usize) -> Self {
        Self { workers_before, ..self }
    }

    /// Loads that end at the same tick end at the same moment, too: nobody has a turn between them. It is for days on which all loads are
    /// equal and nobody leaves.
    pub(crate) fn loaded_together(self) -> Self {
        Self { together: true, ..self }
    }

    fn scenario(&self) -> Scenario {
        let mut plan = Plan::default();
        let flag = |flag: bool| u64::from(flag);
        let (drops, open) = (self.dropped_at.is_some(), self.open_until.is_some());
        let mut input = Payload::of([
            self.workers as u64,
            self.beats,
            flag(drops),
            flag(open),
            self.workers_before as u64,
            flag(self.together),
        ]);
        if self.workers_before > 0 {
            let key = self.clients.len() as u64;
            plan.secret(LOAD, key, 5);
            plan.secret(PREDICT, key, 5);
        }
        for (id, client) in (0..).zip(&self.clients) {
            plan.secret(ARRIVE, id, client.arrives);
            plan.secret(LOAD, id, client.load);
            let then = if client.panics {
                Then::Panic(format!("there is no prediction for {id}"))
            } else {
                Then::ReturnSecret
            };
            plan.set(PREDICT, id, Planned::new(client.predict, then));
            if let Some(after) = client.leaves {
                plan.secret(PATIENCE, id, after);
            }
            input.numbers.push(flag(client.leaves.is_some()));
        }
        (0..self.beats).for_each(|beat| plan.secret(BEAT, beat, BETWEEN_BEATS));
        if let Some(at) = self.dropped_at {
            plan.secret(DROP, 0, at);
        }
        if let Some(until) = self.open_until {
            plan.secret(OPEN, 0, until);
        }
        let call = Call { lane: 0, request: Request { entry: DAY, input } };
        Scenario::new(&self.label, vec![call], plan).on_one_clock(Timers::Held)
    }

    /// A service that panics has an end all the same: what it owes is told by it.
    fn case(&self) -> Case {
        Case::of(self.scenario()).and(KeepsGoing)
    }

    /// Each client has its own prediction, and the service ends when it may.
    pub(crate) fn answers(&self) -> Case {
        none_twice(self.case()).and(AnswersEach).and(EndsInTime)
    }

    /// The event loop is free all the time.
    pub(crate) fn blocks_nothing(&self) -> Case {
        self.case().and(LoopFree).and(WaitsAsleep)
    }

    /// Each request is taken and loaded as it comes.
    pub(crate) fn loads(&self) -> Case {
        self.case().and(LoadsAtOnce)
    }

    /// No worker is idle while loaded requests wait.
    pub(crate) fn keeps_busy(&self) -> Case {
        self.case().and(WorkersBusy)
    }

    /// There are no more predictions at a time than workers.
    pub(crate) fn keeps_to_its_workers(&self) -> Case {
        self.case().and(self.at_most_workers())
    }

    fn at_most_workers(&self) -> AtMostWorkers {
        AtMostWorkers(self.workers)
    }

    /// Each reply is sent as its prediction ends.
    pub(crate) fn replies(&self) -> Case {
        self.case().and(RepliesAtOnce)
    }

    /// What is loaded first starts first.
    pub(crate) fn keeps_order(&self) -> Case {
        self.case().and(StartsAsLoaded)
    }

    /// Nothing is computed for those who have gone, and they take nobody's place.
    pub(crate) fn forgets(&self) -> Case {
        self.case().and(ForgetsTheGone).and(self.at_most_workers()).and(WorkersBusy).and(AnswersEach)
    }

    /// A panic costs its own client the reply, and nobody else anything.
    pub(crate) fn survives(&self) -> Case {
        let case = none_twice(Case::of(self.scenario())).and(CostsNobodyElse);
        case.and(self.at_most_workers()).and(WorkersBusy)
    }

    /// Nothing starts once it is dropped.
    pub(crate) fn stops(&self) -> Case {
        self.case().and(StopsThere).and(self.at_most_workers())
    }

    /// It panics at once, and says why.
    pub(crate) fn refuses(&self) -> Case {
        Case::of(self.scenario()).and(PanicsNaming { argument: "workers" }).and(AtOnce)
    }
}

/// Nothing is loaded or predicted twice. (That it is once for each who waits is told by the replies; for the others it may be never.)
fn none_twice(case: Case) -> Case {
    case.and(NoneTwice { kind: LOAD, noun: "request" }).and(NoneTwice { kind: PREDICT, noun: "request" })
}
