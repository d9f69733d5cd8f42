//! Exercise 14, producer and consumer: more room, longer lines, and scripts by chance.

mod interleavings;

use super::visible;

use crate::Exercise;
use judge::scenario::durations;
use judge::suite::{Category, Check, Suite};
use visible::{Pipeline, Scene};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: None };

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    let random = [1, 2, 3].map(|capacity| {
        let label = format!("put and get by chance, a capacity of {capacity}");
        visible::random(&label, seed.wrapping_add(capacity), usize::try_from(capacity).unwrap_or(1))
    });
    suite.extend(
        "passes_an_item_on",
        [Scene::new("a large buffer", 1_000).put(0).get(1).close(0).keeps_contract()],
    );
    suite.extend("keeps_the_order", [visible::keeps_order(5), visible::keeps_order(64)]);
    suite.extend("keeps_the_order", random.map(Scene::keeps_contract));
    suite.extend("waits_while_full", [visible::full(7), visible::full(1_000)]);
    suite.extend("waits_while_empty", [visible::empty(40)]);
    suite.extend("wakes_whoever_can_go_on", [visible::items_in_a_row(2, 1), visible::items_in_a_row(8, 16)]);
    suite.extend("close_wakes_everybody", [visible::closed_while_empty(40), visible::closed_while_full(40)]);
    suite.extend("holds_producers_back", [visible::slow_consumers(16)]);
    suite.extend(
        "keeps_consumers_busy",
        [Pipeline::new("4 sources, 5 consumers, times by chance", &[6, 9, 4, 8], 5, 3)
            .taking(&durations::shuffled(11, seed), &durations::shuffled(13, seed.wrapping_add(1)))
            .keeps_going()],
    );
    suite.checks.push(Check::visible(
        "holds_in_any_interleaving",
        Category::Robustness,
        8,
        "all of it holds, whichever thread runs when, and wherever it is interrupted",
        interleavings::cases(seed),
    ));
    suite
}
