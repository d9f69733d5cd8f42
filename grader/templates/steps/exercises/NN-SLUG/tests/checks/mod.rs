//! The promises of `Event` and the scenes that put them to the proof.
//!
//! [`suite`] holds the visible cases. [`Scene`] makes further ones. A scene ends with everybody able to go on: a right answer ends.

mod model;

use judge::checks::{NeverPolls, Replay, Returns, ToldBySteps, WaitsAsleep};
use judge::scenario::Script;
use judge::suite::{Case, Category, Check, Suite};

use super::shared::{CLEAR, IS_SET, SET, WAIT};
use model::Model;

/// The visible suite: 100 tenths of a point. The first check is the gate: keep it the simplest.
pub(crate) fn suite() -> Suite {
    Suite {
        id: "NN",
        name: "SLUG",
        supplied: &["wait", "set", "clear", "is_set"],
        checks: vec![
            Check::visible(
                "is_set_and_cleared",
                Category::Correctness,
                20,
                "the event is set after `set`, and unset before it and after `clear`",
                vec![Scene::new("1 thread").look(0).set(0).look(0).clear(0).look(0).follows_the_model()],
            ),
            Check::visible(
                "waits_until_it_is_set",
                Category::Correctness,
                30,
                "`wait` waits until the event is set, and no longer",
                vec![
                    Scene::new("set before the wait").set(0).wait(0).wait(1).follows_the_model(),
                    Scene::new("set after the wait").wait(0).look(1).set(1).follows_the_model(),
                    Scene::new("set again after a clear")
                        .set(0)
                        .clear(0)
                        .wait(1)
                        .set(0)
                        .wait(1)
                        .follows_the_model(),
                ],
            ),
            Check::visible(
                "wakes_everybody",
                Category::Robustness,
                20,
                "`set` lets everybody go on who waits",
                vec![waiting(3).follows_the_model(), waiting(8).follows_the_model()],
            ),
            Check::visible(
                "stands_spurious_wakeups",
                Category::Robustness,
                20,
                "a thread that wakes up for no reason waits on",
                vec![
                    Scene::new("2 wait, each wakes up for nothing")
                        .wait(1)
                        .wait(2)
                        .nudge(1)
                        .nudge(2)
                        .set(0)
                        .follows_the_model(),
                ],
            ),
            Check::visible(
                "waits_asleep",
                Category::Robustness,
                10,
                "waiting sleeps until the event: no busy loops, no polling, no pauses",
                vec![waiting(3).waits_asleep()],
            ),
        ],
    }
}

/// So many wait, and one sets the event.
pub(crate) fn waiting(number: u16) -> Scene {
    (1..=number).fold(Scene::new(&format!("{number} wait")), Scene::wait).set(0)
}

/// What drivers do with one event, step by step: each step begins when all is at rest.
pub(crate) struct Scene {
    label: String,
    script: Script,
}

impl Scene {
    pub(crate) fn new(label: &str) -> Self {
        Self { label: label.to_owned(), script: Script::of(1) }
    }

    fn step(self, driver: u16, op: u64) -> Self {
        Self { script: self.script.step(driver, vec![op]), ..self }
    }

    pub(crate) fn wait(self, driver: u16) -> Self {
        self.step(driver, WAIT)
    }

    pub(crate) fn set(self, driver: u16) -> Self {
        self.step(driver, SET)
    }

    pub(crate) fn clear(self, driver: u16) -> Self {
        self.step(driver, CLEAR)
    }

    pub(crate) fn look(self, driver: u16) -> Self {
        self.step(driver, IS_SET)
    }

    /// One that waits wakes up for nothing.
    pub(crate) fn nudge(self, driver: u16) -> Self {
        Self { script: self.script.nudge(driver), ..self }
    }

    /// Everybody goes on who can, nobody else does, and each operation gives what it should.
    pub(crate) fn follows_the_model(self) -> Case {
        Case::of(self.script.scenario(&self.label, 0, &[])).and(Returns).and(Replay(Model))
    }

    /// Nobody spins, polls or sleeps for a fixed time.
    pub(crate) fn waits_asleep(self) -> Case {
        let case = Case::of(self.script.scenario(&self.label, 0, &[]));
        case.and(Returns).and(WaitsAsleep).and(NeverPolls).and(ToldBySteps(Model))
    }
}
