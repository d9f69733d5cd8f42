//! What an interleaving is told that no order explains: who did what, in which order, up to where it went wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::{Amiss, Found, Rows, Stage, World, reachable};
use crate::checks::replay::Spec;
use crate::interleavings::{Event, Play};
use crate::steps::{Op, thread_of};
use crate::suite::Finding;
use crate::words;

/// A history.
pub(super) struct Telling<'a, M> {
    pub(super) spec: &'a M,
    pub(super) play: &'a Play,
    pub(super) events: &'a [Event],
    /// Which schedule made it.
    pub(super) schedule: u64,
}

impl<M: Spec> Telling<'_, M> {
    /// The finding, where it is amiss.
    pub(super) fn finding(
        &self,
        found: &Found<M::State>,
        why: fn(&Amiss) -> (&'static str, &'static str),
    ) -> Finding {
        let Found { number, world, doing } = found;
        let possible = reachable(self.spec, &BTreeSet::from([world.clone()]), doing);
        let (amiss, expected, last) = if let Event::Back(driver, gave) = &self.events[*number] {
            let op = &doing[driver];
            let expected = self.results(*driver, op, &possible);
            (Amiss::Back(op.clone(), gave.clone()), expected, self.back(*driver, op, gave))
        } else {
            let late = late(&possible, doing);
            let back =
                |(driver, op): &(u16, &Op)| format!("{} is back from {}", name(*driver), self.call(op));
            let expected = words::list(late.iter().map(back).collect::<Vec<_>>());
            let waits =
                doing.iter().map(|(driver, op)| format!("{} waits in {}", name(*driver), self.call(op)));
            let last = format!("nobody can go on: {}", words::list(waits.collect::<Vec<_>>()));
            (Amiss::Wait(late.into_iter().map(|(_, op)| op.clone()).collect()), expected, last)
        };
        let (cause, hint) = why(&amiss);
        let mut told = self.so_far(*number);
        told.push(last);
        let (schedule, all) = (self.schedule + 1, self.play.schedules);
        let observed = format!("in interleaving {schedule} of {all}: {}", told.join("; "));
        Finding::fail(expected, observed, cause, hint)
    }

    /// What could be right for an operation that came back with something else.
    fn results(&self, driver: u16, op: &Op, possible: &BTreeSet<World<M::State>>) -> String {
        let result = |world: &World<M::State>| match world.doing.get(&driver) {
            Some(Stage::Happened(gave)) => Some(self.back(driver, op, gave)),
            _ => None,
        };
        let results: BTreeSet<String> = possible.iter().filter_map(result).collect();
        if results.is_empty() {
            return format!("{} waits in {}", name(driver), self.call(op));
        }
        results.into_iter().collect::<Vec<_>>().join(", or ")
    }

    /// What happened before this event, each a clause.
    fn so_far(&self, number: usize) -> Vec<String> {
        let mut rows = Rows::new(self.play);
        let clause = |event: &Event| match event {
            Event::Called(driver) => {
                rows.called(*driver)?;
                Some(format!("{} calls {}", name(*driver), self.call(rows.doing.get(driver)?)))
            }
            Event::Back(driver, gave) => {
                let op = rows.doing.remove(driver)?;
                Some(self.back(*driver, &op, gave))
            }
            Event::Rest => {
                rows.rested()?;
                Some(if rows.doing.is_empty() { "all are back" } else { "the others wait" }.to_owned())
            }
        };
        self.events[..number].iter().filter_map(clause).collect()
    }

    fn back(&self, driver: u16, op: &Op, gave: &[u64]) -> String {
        let gave = self.spec.gave(op, gave);
        let with = if gave.is_empty() { gave } else { format!(" with {gave}") };
        format!("{} is back from {}{with}", name(driver), self.call(op))
    }

    fn call(&self, op: &Op) -> String {
        format!("`{}`", self.spec.called(op))
    }
}

/// Who could be back once nobody can go on: of what is possible, where that are most.
fn late<'d, S>(possible: &BTreeSet<World<S>>, doing: &'d BTreeMap<u16, Op>) -> Vec<(u16, &'d Op)> {
    let happened = |world: &World<S>| {
        let done = world.doing.iter().filter(|(_, stage)| matches!(stage, Stage::Happened(_)));
        done.filter_map(|(driver, _)| Some((*driver, doing.get(driver)?))).collect::<Vec<_>>()
    };
    possible.iter().map(happened).max_by_key(Vec::len).unwrap_or_default()
}

fn name(driver: u16) -> String {
    format!("`{}`", thread_of(driver))
}

/// Of what the kit does not tell.
pub(super) fn forged() -> Finding {
    Finding::fail(
        "only the kit's own scheduler tells the judge what happened",
        "a history that the kit did not send",
        "the program answered in the place of the kit's scheduler",
        "leave the channel between your program and the judge alone: write the type that you are asked for",
    )
}
