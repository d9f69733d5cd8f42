//! Exercise NN, SLUG: further cases under the same checks.

use super::visible;

use judge::scenario::durations;
use judge::suite::{Case, Suite};
use judge::wire::Payload;

use crate::{Exercise, Growth, Workload};
use visible::{all_results, in_order, in_time, items, panics, refuses, within_limit};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise = Exercise {
    suite,
    visible: visible::suite,
    scaling: Some(Growth { check: "keeps_all_workers_busy", of: "workers", case: scaling }),
    workload: Some(workload),
};

/// Labels tell cases apart: each needs one of its own.
fn suite(seed: u64) -> Suite {
    let shuffled = durations::shuffled(101, seed.wrapping_add(1));
    let mut suite = visible::suite();
    suite.extend("works_each_item_once", [all_results(items("101 items, 16 workers", 16, &[10; 101]))]);
    suite.extend(
        "keeps_all_workers_busy",
        [
            in_time(items("101 items, 16 workers, shuffled", 16, &shuffled), 16),
            in_time(items("9 items, 4 workers, the last two heavy", 4, &durations::heavy(9, 7..9)), 4),
        ],
    );
    suite.extend("keeps_the_order", [in_order(items("101 items, 16 workers, shuffled", 16, &shuffled))]);
    suite.extend(
        "keeps_its_manners",
        [
            refuses(items("no items, 0 workers", 0, &[])),
            within_limit(items("20 items, 1 worker", 1, &[10; 20]), 1),
            panics(items("20 items, 1 worker, item 0 panics", 1, &[10; 20]), 0),
        ],
    );
    suite
}

/// 64 items, more and more workers.
fn scaling(workers: usize) -> Case {
    in_time(items(&format!("64 equal items, {workers} at a time"), workers, &[10; 64]), workers)
}

/// The number of workers, then a key for each item.
fn workload(cores: usize) -> Workload {
    crate::pooled(cores, |workers, calls| Payload::of(std::iter::once(workers).chain(0..calls)))
}
