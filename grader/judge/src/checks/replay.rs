//! Steps judged against a model: whether what came back, and who still waits, is what the contract allows.
//!
//! The replay keeps every state of the model that explains what was seen so far. After each step, once all rest, some order of the
//! operations that came back must be possible, with exactly their results, and nothing that still waits may be able to go on. No state left
//! is a violation. So a contract may leave open which of several waiters goes on, or say it exactly.

mod finding;
mod history;
mod model;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::Policy;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::suite::Finding;
use finding::Telling;
use model::World;
pub use model::{After, Calls, Miss, Spec};

/// Each operation of a driver waits exactly as long as the model says, and gives what the model says. A pass proves it for these steps,
/// each of which ends at rest: it says nothing of what happens where two operations run at the same moment.
pub struct Replay<M>(
    /// The model.
    pub M,
);

impl<M: Spec> Policy for Replay<M> {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        self.replay(run)
    }

    /// A run that does not end is told by the step at which it went wrong.
    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        match self.replay(run) {
            Err(found) if run.end.waits_forever().is_some() => {
                Finding { status: finding.status, hopeless: finding.hopeless, ..found }
            }
            _ => finding,
        }
    }
}

/// Nothing more than that the run ends: one that does not is told by the step at which it went wrong. A pass proves nothing of the steps.
pub struct ToldBySteps<M>(
    /// The model.
    pub M,
);

impl<M: Spec + Clone> Policy for ToldBySteps<M> {
    fn judge(&self, _scenario: &Scenario, _run: &Run) -> Result<(), Finding> {
        Ok(())
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        Replay(self.0.clone()).word_end(finding, run)
    }
}

impl<M: Spec> Replay<M> {
    fn replay(&self, run: &Run) -> Result<(), Finding> {
        let Self(spec) = self;
        let events = history::of(run).map_err(|why| finding::forged(&why))?;
        let mut worlds = BTreeSet::from([World::start(spec)]);
        for (number, event) in events.iter().enumerate() {
            if let After::Row(driver, row) = &event.what {
                let begun = |mut world: World<M::State>| {
                    world.begin(spec, *driver, row.clone());
                    world
                };
                worlds = worlds.into_iter().map(begun).collect();
            }
            let rests: BTreeSet<_> =
                worlds.iter().flat_map(|world| world.clone().rests(spec, event.seen())).collect();
            if rests.is_empty() {
                // One is as good as the other: all of them explain what came before.
                let world = worlds.pop_first().expect("the start is one, and each step leaves one");
                return Err(Telling { spec, run, events: &events, number }.finding(world));
            }
            worlds = rests;
        }
        Ok(())
    }
}
