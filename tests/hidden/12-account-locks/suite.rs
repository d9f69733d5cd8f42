//! Exercise 12, account locks: more accounts, longer circles, and all distances.

use super::visible;

use crate::Exercise;
use judge::suite::{Case, Suite};
use visible::Scene;

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: None };

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("loses_no_update", [visible::together(40).happens_serially()]);
    suite
        .extend("decides_on_what_is_there", (1..=3).map(|number| visible::random(seed.wrapping_add(number))));
    suite.extend(
        "never_deadlocks",
        [visible::ring(2).happens_serially(), visible::ring(12).happens_serially()],
    );
    suite.extend(
        "strangers_do_not_wait",
        [3, 8, 16, 31, 32].map(|distance| visible::pairs(32, distance).waits_for_no_stranger()),
    );
    suite.extend("totals_are_of_one_moment", [many()]);
    suite
}

/// One account of 40 is held while money goes over it in both directions.
fn many() -> Case {
    Scene::new("40 accounts, the one in the middle is held during a total", &[50; 40])
        .update(0, 20, 200, 50)
        .total(1)
        .transfer(2, [3, 30], 0, 10)
        .transfer(3, [35, 5], 0, 10)
        .transfer(4, [39, 0], 0, 10)
        .sums_up()
}
