//! Exercise NN, SLUG: further cases under the same checks.

use super::visible;

use crate::Exercise;
use judge::scenario::Dice;
use judge::suite::{Case, Suite};
use visible::{Scene, waiting};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: None };

/// Labels tell cases apart: each needs one of its own.
fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("waits_until_it_is_set", [by_chance(seed)]);
    suite.extend("wakes_everybody", [waiting(20).follows_the_model()]);
    suite.extend(
        "stands_spurious_wakeups",
        [(1..=5).fold(waiting_for_nothing(), Scene::nudge).set(0).follows_the_model()],
    );
    suite
}

/// 40 steps by chance with 4 threads. It ends with the event set, so that nobody is left waiting.
fn by_chance(seed: u64) -> Case {
    let mut dice = Dice::new(seed);
    let scene = (0..40).fold(Scene::new("40 steps by chance"), |scene, _| match dice.below(4) {
        0 => scene.wait(u16::try_from(dice.below(4)).unwrap_or_default()),
        1 => scene.set(4),
        2 => scene.clear(4),
        _ => scene.look(4),
    });
    scene.set(4).follows_the_model()
}

fn waiting_for_nothing() -> Scene {
    (1..=5).fold(Scene::new("5 wait, each wakes up for nothing"), Scene::wait)
}
