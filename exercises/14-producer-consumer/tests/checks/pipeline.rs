//! Calls of the pipeline, and what must come of them.

use judge::checks::{
    EachOnce, NoneTwice, NothingLeft, OnCaller, PanicReachesCaller, PanicsNaming, Returns, WaitsAsleep,
};
use judge::scenario::{Call, Plan, Scenario, Then, Ticks};
use judge::suite::Case;
use judge::wire::{Payload, Request};

use super::super::shared::{CONSUME, PIPELINE, PRODUCE, SOURCE};
use super::flow::{HoldsBack, InOrder, KeepsGoing, Shape, StopsAtNone};

/// One call of `produce_and_consume`.
#[derive(Clone)]
pub(crate) struct Pipeline {
    label: String,
    shape: Shape,
    plan: Plan,
}

impl Pipeline {
    /// Sources with so many items each. Nothing takes any time yet.
    pub(crate) fn new(label: &str, sources: &[u64], consumers: usize, capacity: usize) -> Self {
        let shape = Shape { consumers, capacity, sources: sources.to_vec() };
        Self { label: label.to_owned(), shape, plan: Plan::default() }.taking(&[0], &[0])
    }

    /// How long producing and consuming take, by the item's place in all; the times repeat.
    pub(crate) fn taking(mut self, produce: &[Ticks], consume: &[Ticks]) -> Self {
        let (mut produce, mut consume) = (produce.iter().cycle(), consume.iter().cycle());
        for (source, &items) in (0..).zip(&self.shape.sources) {
            for key in (0..items).map(|item| source * SOURCE + item) {
                self.plan.secret(PRODUCE, key, *produce.next().unwrap_or(&0));
                self.plan.secret(CONSUME, key, *consume.next().unwrap_or(&0));
            }
        }
        self
    }

    /// Producing this item panics.
    pub(crate) fn bad_produce(mut self, source: u64, item: u64) -> Self {
        self.plan.end(PRODUCE, source * SOURCE + item, Then::Panic("this item can't be produced".to_owned()));
        self
    }

    /// Consuming this item panics.
    pub(crate) fn bad_consume(mut self, source: u64, item: u64) -> Self {
        self.plan.end(CONSUME, source * SOURCE + item, Then::Panic("this item can't be consumed".to_owned()));
        self
    }

    fn scenario(&self) -> Scenario {
        let Shape { consumers, capacity, sources } = &self.shape;
        let numbers = [*consumers as u64, *capacity as u64].into_iter().chain(sources.iter().copied());
        let request = Request { entry: PIPELINE, input: Payload::of(numbers) };
        Scenario::new(&self.label, vec![Call { lane: 0, request }], self.plan.clone())
    }

    /// Each item is produced and consumed once, in order, on other threads.
    pub(crate) fn consumes_all(self) -> Case {
        Case::of(self.scenario())
            .and(Returns)
            .and(EachOnce { kind: PRODUCE, noun: "item" })
            .and(EachOnce { kind: CONSUME, noun: "item" })
            .and(OnCaller { kind: PRODUCE, function: "produce", always: false })
            .and(OnCaller { kind: CONSUME, function: "consume", always: false })
            .and(InOrder)
            .and(StopsAtNone)
            .and(NothingLeft { function: "produce_and_consume" })
    }

    /// The sources are held back where there is no room, and nowhere else.
    pub(crate) fn holds_back(self) -> Case {
        Case::of(self.scenario()).and(Returns).and(HoldsBack(self.shape))
    }

    /// Nobody is idle who need not be.
    pub(crate) fn keeps_going(self) -> Case {
        Case::of(self.scenario())
            .and(Returns)
            .and(EachOnce { kind: CONSUME, noun: "item" })
            .and(KeepsGoing(self.shape))
    }

    /// The panic reaches the caller, and nothing goes on.
    pub(crate) fn panics(self) -> Case {
        Case::of(self.scenario())
            .and(PanicReachesCaller { function: "produce` or `consume" })
            .and(NoneTwice { kind: CONSUME, noun: "item" })
            .and(NothingLeft { function: "produce_and_consume" })
    }

    /// Called with this argument as 0, it panics.
    pub(crate) fn refuses(self, argument: &'static str) -> Case {
        Case::of(self.scenario()).and(PanicsNaming { argument })
    }

    /// Nobody spins or sleeps for a fixed time.
    pub(crate) fn waits_asleep(self) -> Case {
        Case::of(self.scenario()).and(Returns).and(WaitsAsleep)
    }
}
