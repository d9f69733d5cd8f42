//! Stories for an event loop: scripts, and how long what they wait for takes.

use judge::scenario::{Call, Plan, Planned, Scenario, Then, Ticks, Timers};
use judge::suite::Case;
use judge::wire::{Payload, Request};

use super::super::shared::{ASK, BUSY, LATER, MOMENT, STORY, Step};
use super::ends::{all_tasks_end, ends_at, gives_results, lets_go};
use super::polls::{in_the_order_of_wakes, loses_no_wake, only_what_was_woken, where_it_belongs};
use super::promise::{Judged, Promise, ReturnsAfterPanics, WaitsInPark};
use super::story::Story;
use super::times::{in_the_order_of_their_making, keeps_time, sleeps_when_idle, timers_are_not_kept_waiting};
use super::turns::everybody_has_a_turn;

/// Scripts. The first one is what the calling thread does outside of every poll, the second one the future that it blocks on, and the
/// others are tasks, with the numbers 2, 3, …
#[derive(Clone)]
pub(crate) struct Plot {
    label: String,
    scripts: Vec<Vec<Step>>,
    plan: Plan,
}

/// The future that most stories block on.
pub(crate) const MAIN: u64 = 1;

impl Plot {
    /// `block_on` with this.
    pub(crate) fn new(label: impl Into<String>, main: impl IntoIterator<Item = Step>) -> Self {
        let scripts = vec![vec![Step::BlockOn(MAIN)], main.into_iter().collect()];
        Self { label: label.into(), scripts, plan: Plan::default() }
    }

    /// The same with another label.
    pub(crate) fn called(self, label: &str) -> Self {
        Self { label: label.to_owned(), ..self }
    }

    /// Something else than that is done outside.
    pub(crate) fn outside(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.scripts[0] = steps.into_iter().collect();
        self
    }

    /// One more script.
    pub(crate) fn task(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.scripts.push(steps.into_iter().collect());
        self
    }

    /// One more for each of these, made from it.
    pub(crate) fn tasks<T, S>(self, of: impl IntoIterator<Item = T>, make: impl Fn(T) -> S) -> Self
    where
        S: IntoIterator<Item = Step>,
    {
        of.into_iter().fold(self, |plot, each| plot.task(make(each)))
    }

    /// What a script waits for takes so long, by its numbers from 0.
    pub(crate) fn asks(self, ticks: impl IntoIterator<Item = Ticks>) -> Self {
        self.planned(ASK, ticks)
    }

    /// What a thread waits for before it does something takes so long, likewise.
    pub(crate) fn later(self, ticks: impl IntoIterator<Item = Ticks>) -> Self {
        self.planned(LATER, ticks)
    }

    /// A poll that takes time takes so long, likewise.
    pub(crate) fn busy(self, ticks: impl IntoIterator<Item = Ticks>) -> Self {
        self.planned(BUSY, ticks)
    }

    fn planned(mut self, kind: u16, ticks: impl IntoIterator<Item = Ticks>) -> Self {
        for (key, ticks) in (0..).zip(ticks) {
            self.plan.set(kind, key, Planned::new(ticks, Then::ReturnSecret));
        }
        self
    }

    fn scenario(mut self) -> Scenario {
        let mut plan = |kind, key, ticks| self.plan.set(kind, key, Planned::new(ticks, Then::ReturnSecret));
        let steps: Vec<Step> = self.scripts.concat();
        for step in &steps {
            if let Step::Ask(key @ PAUSES..) = step {
                plan(ASK, *key, 1);
            }
        }
        let moments = steps.iter().filter(|step| matches!(step, Step::WokenInNow(_) | Step::WokenInPark));
        (0..).zip(moments).for_each(|(key, _)| plan(MOMENT, key, 0));
        let numbers = self.scripts.iter().flat_map(|script| {
            let steps = script.iter().flat_map(|step| step.numbers());
            std::iter::once(script.len() as u64).chain(steps)
        });
        let request = Request { entry: STORY, input: Payload::of(numbers) };
        Scenario::new(&self.label, vec![Call { lane: 0, request }], self.plan).on_one_clock(Timers::Napped)
    }

    /// A case of it that is judged by this.
    pub(super) fn case(self, judge: impl Fn(&Story) -> Judged + Send + Sync + 'static) -> Case {
        Case::of(self.scenario()).and(ReturnsAfterPanics).and(Promise(judge))
    }

    /// Each has its results, on the right thread.
    pub(crate) fn runs(self) -> Case {
        self.case(|story| {
            where_it_belongs(story)?;
            gives_results(story)?;
            all_tasks_end(story)
        })
    }

    /// Nobody is polled who was not woken.
    pub(crate) fn polls_the_woken(self) -> Case {
        self.case(only_what_was_woken)
    }

    /// Everybody is polled who was woken.
    pub(crate) fn loses_no_wake(self) -> Case {
        self.case(loses_no_wake)
    }

    /// The loop sleeps in `park`, and until the right time.
    pub(crate) fn sleeps_when_idle(self) -> Case {
        Case::of(self.scenario()).and(ReturnsAfterPanics).and(WaitsInPark).and(Promise(sleeps_when_idle))
    }

    /// Sleeps end at their time.
    pub(crate) fn keeps_time(self) -> Case {
        self.case(keeps_time)
    }

    /// Sleeps ring in order.
    pub(crate) fn rings_in_order(self) -> Case {
        self.case(in_the_order_of_their_making)
    }

    /// Tasks run in order.
    pub(crate) fn runs_in_order(self) -> Case {
        self.case(in_the_order_of_wakes)
    }

    /// All is over at this tick.
    pub(crate) fn ends_at(self, tick: Ticks) -> Case {
        self.case(move |story| ends_at(story, tick))
    }

    /// No timer is kept waiting by somebody who is always ready.
    pub(crate) fn rings_in_between(self) -> Case {
        self.case(timers_are_not_kept_waiting)
    }

    /// Nobody is kept waiting by somebody who is always ready.
    pub(crate) fn gives_turns(self) -> Case {
        self.case(everybody_has_a_turn)
    }

    /// Panics are told, and stay where they are.
    pub(crate) fn survives(self) -> Case {
        self.case(|story| {
            gives_results(story)?;
            all_tasks_end(story)
        })
    }

    /// What has ended is gone, what has not goes on.
    pub(crate) fn lets_go(self) -> Case {
        self.case(lets_go)
    }
}

/// Makes a sleep with this number, and waits for it.
pub(crate) fn sleep(number: u64, ms: Ticks) -> [Step; 2] {
    [Step::Make(number, ms), Step::AwaitSleep(number)]
}

/// Waits for 1 ms, so that all others have their turn. Each pause of a story has a number of its own.
pub(crate) fn pause(number: u64) -> Step {
    Step::Ask(PAUSES + number)
}

/// Calls of supplied work from here on are pauses.
const PAUSES: u64 = 1 << 32;
