//! Exercise 13, semaphore: more permits, longer lines, and scripts by chance.

mod interleavings;

use super::visible;

use crate::Exercise;
use judge::suite::{Case, Category, Check, Suite};
use visible::{Mixed, Scene, many};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: None };

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("gives_a_permit_and_takes_it_back", visible::gives_and_takes(3));
    suite.extend("never_lets_too_many_in", counts(seed));
    suite.extend("lets_the_next_in", lets_in());
    suite.extend("uses_every_permit", busy(seed));
    suite.extend("serves_in_the_order_of_arrival", orders(seed));
    suite.extend("try_never_waits", tries());
    suite.checks.push(Check::visible(
        "holds_in_any_interleaving",
        Category::Robustness,
        8,
        "all of it holds, whichever thread runs when, and wherever it is interrupted",
        interleavings::cases(seed),
    ));
    suite
}

/// A random script for this seed and number of permits.
fn random(seed: u64, permits: u64, mixed: Mixed) -> Scene {
    let what = if mixed == Mixed::Looks { "with looks" } else { "with wake-ups" };
    visible::random(
        &format!("by chance {what}, {permits} permits"),
        seed.wrapping_add(permits),
        permits,
        mixed,
    )
}

fn counts(seed: u64) -> Vec<Case> {
    let many = [visible::one_too_many(64)].map(Scene::counts);
    many.into_iter().chain((1..=4).map(|permits| random(seed, permits, Mixed::Looks).counts())).collect()
}

fn lets_in() -> Vec<Case> {
    vec![
        visible::one_by_one(8).counts(),
        many(visible::all_at_once(40).counts()),
        many(visible::all_at_once(70).counts()),
    ]
}

fn busy(seed: u64) -> Vec<Case> {
    let times = |length| judge::scenario::durations::shuffled(length, seed);
    [1, 7, 16]
        .map(|permits| {
            let label = format!("20 threads hold one of {permits} permits, for times by chance");
            Scene::new(&label, permits).hold_all(&times(20)).keeps_busy()
        })
        .into()
}

fn orders(seed: u64) -> Vec<Case> {
    let nudged = [(2, 3), (3, 5), (1, 70)];
    let nudged = nudged.map(|(permits, waiting)| many(visible::nudged_line(permits, waiting).keeps_order()));
    nudged
        .into_iter()
        .chain((1..=4).map(|permits| random(seed, permits, Mixed::WakeUps).keeps_order()))
        .collect()
}

fn tries() -> Vec<Case> {
    vec![
        Scene::new("64 permits, one by one", 64)
            .acquire_each([0; 63])
            .look(1)
            .try_it(1)
            .look(0)
            .release_in_a_row(0, 63)
            .look(0)
            .release(1)
            .counts(),
    ]
}
