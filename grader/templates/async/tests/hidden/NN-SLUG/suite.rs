//! Exercise NN, SLUG: further cases under the same checks.

use super::visible;

use judge::scenario::durations;
use judge::suite::{Case, Suite};

use crate::{Exercise, Growth};
use visible::{all_results, in_order, inputs, keeps_busy, panics, refuses, within_limit};

/// What the grader is told of this exercise. An event loop has one thread: there is no work to measure.
pub(crate) const EXERCISE: Exercise = Exercise {
    suite,
    visible: visible::suite,
    scaling: Some(Growth { check: "always_uses_the_limit", of: "limit", case: scaling }),
    workload: None,
};

/// Labels tell cases apart: each needs one of its own.
fn suite(seed: u64) -> Suite {
    let shuffled = durations::shuffled(41, seed.wrapping_add(5));
    let mut suite = visible::suite();
    suite.extend("fetches_each_input_once", [all_results(inputs("101 inputs, limit 7", 7, &[100; 101]))]);
    suite.extend(
        "always_uses_the_limit",
        [keeps_busy(inputs("41 inputs, limit 8, shuffled", 8, &shuffled), 8)],
    );
    suite.extend("keeps_the_order", [in_order(inputs("41 inputs, limit 8, shuffled", 8, &shuffled))]);
    suite.extend(
        "keeps_its_manners",
        [
            refuses(inputs("no inputs, limit 0", 0, &[])),
            within_limit(inputs("20 inputs, limit 1", 1, &[100; 20]), 1),
            panics(inputs("12 inputs, limit 1, input 0 panics", 1, &[100; 12]), 0),
        ],
    );
    suite
}

/// 64 inputs, a larger and larger limit.
fn scaling(limit: usize) -> Case {
    keeps_busy(inputs(&format!("64 equal inputs, {limit} at a time"), limit, &[100; 64]), limit)
}
