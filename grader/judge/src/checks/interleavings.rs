//! Histories of many interleavings judged against a model: whether the operations of each are what some order of them would give.
//!
//! An operation happens at one moment between its call and its return (Herlihy and Wing, "Linearizability", 1990). So the judge keeps every
//! state of the model, and of what is being done, that explains the history so far: where one comes back, it must have happened with this
//! result in one of them; where nobody can go on, everybody who still waits must have to. No state left is a violation.
//!
//! Invariant: where an answer can't be played so, or only in part, that is no finding: what was played is judged, and nothing else.

mod telling;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::Policy;
use super::replay::Spec;
use crate::interleavings::{Event, Explored, Play, Stopped};
use crate::run::{CallRecord, Run};
use crate::scenario::Scenario;
use crate::steps::Op;
use crate::suite::Finding;
use telling::Telling;

/// In each interleaving that is played, what the operations give, and who waits, is what some order of them would give, one after the
/// other. A pass proves it for the schedules that were played, and nothing of an answer that can't be played so: one that waits at a channel
/// with a time limit, sleeps, spins, or does not compile for it.
pub struct AnyInterleaving<M> {
    /// The model.
    pub spec: M,
    /// The likely cause, and the next thing to try.
    pub why: fn(&Amiss) -> (&'static str, &'static str),
}

/// What an interleaving came to that no order explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amiss {
    /// An operation came back with this, and could not.
    Back(Op, Vec<u64>),
    /// These wait, and can go on.
    Wait(Vec<Op>),
}

impl<M: Spec> Policy for AnyInterleaving<M> {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let play =
            scenario.calls.first().and_then(|call| Play::read(&call.request.input)).unwrap_or_default();
        let Some(told) = run.calls.first().and_then(CallRecord::returned) else { return Ok(()) };
        let explored = Explored::read(told).ok_or_else(telling::forged)?;
        let mut shortest: Option<(usize, Finding)> = None;
        for (schedule, events) in &explored.histories {
            let Some(amiss) = self.first_amiss(&play, events).map_err(|Forged| telling::forged())? else {
                continue;
            };
            if shortest.as_ref().is_none_or(|(length, _)| amiss.number < *length) {
                let telling = Telling { spec: &self.spec, play: &play, events, schedule: *schedule };
                shortest = Some((amiss.number, telling.finding(&amiss, self.why)));
            }
        }
        shortest.map_or(Ok(()), |(_, finding)| Err(finding))
    }

    fn remark(&self, run: &Run) -> Option<String> {
        let told = run.calls.first().and_then(CallRecord::returned).and_then(Explored::read);
        let Some(Explored { schedules, stopped, .. }) = told else {
            return Some("not explored: the program did not come to its end".to_owned());
        };
        let why = stopped.map(words)?;
        Some(if schedules == 0 {
            format!("not explored: {why}")
        } else {
            format!("explored in no more than {schedules} interleavings: {why}")
        })
    }

    fn leaves_the_end_open(&self) -> bool {
        true
    }
}

fn words(stopped: Stopped) -> &'static str {
    match stopped {
        Stopped::NotCompiled => {
            "it uses what can't be played so (a `static`, a `thread_local!`, or a part of the library that the scheduler does not have)"
        }
        Stopped::Sleeps => "a thread sleeps for a time",
        Stopped::HasALimit => "a thread waits at a channel with a time limit",
        Stopped::UsesAChannel => {
            "a channel without room, or with both `send` and `try_send`, can't be played so"
        }
        Stopped::TakesManySteps => "a thread looks again and again",
        Stopped::Panics => "an operation panics",
        Stopped::LosesAThread => "a thread of its own panics, or is left over when the object is gone",
    }
}

/// A history that no program of the kit tells.
struct Forged;

/// Where a history is amiss.
struct Found<S> {
    /// Which of its events.
    number: usize,
    /// A state that explains all that came before.
    world: World<S>,
    /// What is being done.
    doing: BTreeMap<u16, Op>,
}

impl<M: Spec> AnyInterleaving<M> {
    /// The first event of a history that no order explains.
    fn first_amiss(&self, play: &Play, events: &[Event]) -> Result<Option<Found<M::State>>, Forged> {
        let spec = &self.spec;
        let mut worlds = BTreeSet::from([World { state: spec.start(), doing: BTreeMap::new() }]);
        let mut rows = Rows::new(play);
        for (number, event) in events.iter().enumerate() {
            let doing = rows.doing.clone();
            let next: BTreeSet<_> = match event {
                Event::Called(driver) => {
                    rows.called(*driver).ok_or(Forged)?;
                    let begin = |mut world: World<M::State>| {
                        world.doing.insert(*driver, Stage::Called);
                        world
                    };
                    worlds.iter().cloned().map(begin).collect()
                }
                Event::Back(driver, gave) => {
                    rows.doing.remove(driver).ok_or(Forged)?;
                    let happened =
                        |world: &World<M::State>| world.doing[driver] == Stage::Happened(gave.clone());
                    let back = |mut world: World<M::State>| {
                        world.doing.remove(driver);
                        world
                    };
                    reachable(spec, &worlds, &doing).into_iter().filter(happened).map(back).collect()
                }
                Event::Rest => {
                    rows.rested().ok_or(Forged)?;
                    let all_wait = |world: &World<M::State>| world.all_wait(spec, &doing);
                    reachable(spec, &worlds, &doing).into_iter().filter(all_wait).collect()
                }
            };
            if next.is_empty() {
                let world = worlds.pop_first().expect("the start is one, and each event leaves one");
                return Ok(Some(Found { number, world, doing }));
            }
            worlds = next;
        }
        Ok(None)
    }
}

/// A state of the model, and how far each operation has come that is being done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct World<S> {
    state: S,
    doing: BTreeMap<u16, Stage>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// It has not come to the object yet.
    Called,
    /// It has its place in the line, where there is one.
    Arrived,
    /// It has happened, and gives this.
    Happened(Vec<u64>),
}

impl<S: Clone + Ord> World<S> {
    /// What may come next.
    fn next<'w, M: Spec<State = S>>(
        &'w self,
        spec: &'w M,
        doing: &'w BTreeMap<u16, Op>,
    ) -> impl Iterator<Item = Self> + 'w {
        self.doing.iter().filter_map(move |(&driver, stage)| {
            let op = doing.get(&driver)?;
            let mut after = self.clone();
            let stage = match stage {
                Stage::Called => {
                    spec.arrive(&mut after.state, driver, op);
                    Stage::Arrived
                }
                Stage::Arrived => {
                    let (state, gave) = spec.next(&self.state, driver, op)?;
                    after.state = state;
                    Stage::Happened(gave)
                }
                Stage::Happened(_) => return None,
            };
            after.doing.insert(driver, stage);
            Some(after)
        })
    }

    /// Whether nobody has anything before it but to wait.
    fn all_wait<M: Spec<State = S>>(&self, spec: &M, doing: &BTreeMap<u16, Op>) -> bool {
        self.doing.values().all(|stage| *stage == Stage::Arrived) && self.next(spec, doing).next().is_none()
    }
}

/// These, and all that may become of them before anybody is back.
fn reachable<M: Spec>(
    spec: &M,
    worlds: &BTreeSet<World<M::State>>,
    doing: &BTreeMap<u16, Op>,
) -> BTreeSet<World<M::State>> {
    let mut all = worlds.clone();
    let mut open: Vec<_> = worlds.iter().cloned().collect();
    while let Some(world) = open.pop() {
        for next in world.next(spec, doing) {
            if all.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    all
}

/// The rows of what is played, as a history goes through them.
struct Rows<'p> {
    play: &'p Play,
    moment: usize,
    /// What is left to call, the next last, of the rows that have begun.
    left: BTreeMap<u16, Vec<Op>>,
    doing: BTreeMap<u16, Op>,
}

impl<'p> Rows<'p> {
    fn new(play: &'p Play) -> Self {
        let mut rows = Self { play, moment: 0, left: BTreeMap::new(), doing: BTreeMap::new() };
        rows.begin();
        rows
    }

    fn begin(&mut self) {
        for (driver, row) in self.play.moments.get(self.moment).into_iter().flatten() {
            self.left.insert(*driver, row.iter().rev().cloned().collect());
        }
    }

    /// A driver calls its next operation; `None` where it has none.
    fn called(&mut self, driver: u16) -> Option<()> {
        let op = self.left.get_mut(&driver)?.pop()?;
        self.doing.insert(driver, op).is_none().then_some(())
    }

    /// The next moment comes; `None` where the one before was not played.
    fn rested(&mut self) -> Option<()> {
        let waits = |driver: &u16| self.doing.contains_key(driver);
        let played = self.left.iter().all(|(driver, row)| row.is_empty() || waits(driver));
        self.moment += 1;
        self.begin();
        played.then_some(())
    }
}
