//! Exercise 16, event loop: more tasks, more sleeps, other moments.

use super::visible;

use crate::Exercise;
use judge::suite::Suite;
use visible::{judged_throughout, stories};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: None };

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("runs_tasks", [stories::awaited_late(70).runs()]);
    suite.extend("polls_only_what_was_woken", [stories::one_of_many(7, 40).polls_the_woken()]);
    suite.extend("loses_no_wake", [stories::woken_as_it_looks_at_the_clock(2).loses_no_wake()]);
    suite.extend("sleeps_when_idle", [stories::sleepers_by_chance(80, seed).sleeps_when_idle()]);
    suite.extend(
        "keeps_time",
        [stories::one_sleep(1).keeps_time(), stories::sleepers_by_chance(64, seed).keeps_time()],
    );
    suite.extend(
        "fires_timers_in_order",
        [
            stories::equal_sleepers(33).rings_in_order(),
            stories::sleepers_by_chance(64, seed).rings_in_order(),
        ],
    );
    suite.extend("runs_in_the_order_of_wakes", [stories::woken_together(70).runs_in_order()]);
    suite.extend("overlaps_waiting", [stories::equal_waits(150).ends_at(100)]);
    suite.extend("is_fair", [stories::busy_beside_a_sleep(40, 7).rings_in_between()]);
    judged_throughout(suite)
}
