//! Exercise 04, async downloads: longer lists, other limits, and courses that are built against one kind of mistake each.

use super::visible;

use crate::{Exercise, Growth};
use judge::scenario::{Ticks, durations};
use judge::suite::{Case, Suite};
use visible::Which::{All, AtMost};
use visible::{
    HOUR, all_results, busy, busy_each, downloads, dropped, failing, free, in_order, panicking, refuses,
    several, together, with_failure, within_limit,
};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise = Exercise {
    suite,
    visible: visible::suite,
    scaling: Some(Growth { check: "always_uses_the_limit", of: "limit", case: scaling }),
    workload: None,
};

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("downloads_each_url_once", lengths());
    suite.extend("downloads_at_the_same_time", at_once(seed));
    suite.extend("keeps_the_order_of_the_urls", orders(seed));
    suite.extend("keeps_a_failure_in_its_place", failures());
    suite.extend("never_exceeds_the_limit", limits());
    suite.extend("always_uses_the_limit", uses(seed));
    suite
        .extend("refuses_limit_zero", [refuses(downloads("100 downloads, limit 0", AtMost(0), &[100; 100]))]);
    suite.extend("never_blocks_the_event_loop", blocking());
    suite.extend("stops_when_dropped", drops());
    suite.extend("survives_a_panic", panics());
    suite
}

/// 64 downloads, a larger and larger limit.
fn scaling(limit: usize) -> Case {
    busy(downloads(&format!("64 equal downloads, {limit} at a time"), AtMost(limit), &[100; 64]), limit)
}

fn lengths() -> Vec<Case> {
    vec![
        all_results(downloads("no downloads, limit 4", AtMost(4), &[])),
        all_results(downloads("1 download, limit 1024", AtMost(1024), &[100])),
        all_results(downloads("1,100 downloads, limit 1024", AtMost(1024), &[100; 1100])),
        all_results(downloads("101 downloads, limit 7", AtMost(7), &[100; 101])),
    ]
}

fn at_once(seed: u64) -> Vec<Case> {
    vec![
        together(downloads("300 downloads, shuffled", All, &durations::shuffled(300, seed.wrapping_add(1)))),
        together(downloads("3 downloads that take hours", All, &[HOUR, 2 * HOUR, HOUR + 7])),
        together(downloads("5 downloads of odd lengths", All, &[101, 53, 211, 149, 97])),
    ]
}

fn orders(seed: u64) -> Vec<Case> {
    vec![
        in_order(downloads("100 downloads, shuffled", All, &durations::shuffled(100, seed.wrapping_add(2)))),
        in_order(downloads(
            "100 downloads, limit 7, shuffled anew",
            AtMost(7),
            &durations::shuffled(100, seed.wrapping_add(3)),
        )),
        in_order(downloads(
            "100 downloads, limit 100, the first ends last",
            AtMost(100),
            &durations::reversed(100),
        )),
        in_order(downloads(
            "60 downloads, limit 5, blocks of 6 permuted",
            AtMost(5),
            &durations::block_permuted(60, 6, seed.wrapping_add(4)),
        )),
        in_order(downloads("2 downloads, limit 1", AtMost(1), &durations::reversed(2))),
        in_order(several("two calls, limits 2 and 5", &[(AtMost(2), &[100; 6]), (AtMost(5), &[100; 10])])),
    ]
}

fn failures() -> Vec<Case> {
    vec![
        failing(
            with_failure(downloads("5 downloads, URL 0 fails first", All, &[50, 100, 300, 200, 300]), 0),
            &[0],
        ),
        failing(
            with_failure(downloads("5 downloads, URL 4 fails last", All, &[50, 100, 300, 200, 400]), 4),
            &[4],
        ),
    ]
}

fn limits() -> Vec<Case> {
    vec![
        within_limit(downloads("10 downloads, limit 1", AtMost(1), &[100; 10]), 1),
        within_limit(downloads("1,100 downloads, limit 1024", AtMost(1024), &[100; 1100]), 1024),
        within_limit(
            downloads("12 downloads, limit 3, the first half heavy", AtMost(3), &durations::heavy(12, 0..6)),
            3,
        ),
    ]
}

fn uses(seed: u64) -> Vec<Case> {
    vec![
        busy(
            downloads("12 downloads, limit 3, the first half heavy", AtMost(3), &durations::heavy(12, 0..6)),
            3,
        ),
        busy(
            downloads("20 downloads, limit 4, the oldest ends last", AtMost(4), &durations::heavy(20, 0..1)),
            4,
        ),
        busy(
            downloads(
                "41 downloads, limit 8, shuffled",
                AtMost(8),
                &durations::shuffled(41, seed.wrapping_add(5)),
            ),
            8,
        ),
        busy(downloads("6 downloads, limit 2, of odd lengths", AtMost(2), &[101, 53, 211, 149, 97, 61]), 2),
        busy(
            downloads(
                "6 downloads that take hours, limit 2",
                AtMost(2),
                &[HOUR, HOUR + 1, HOUR, HOUR, HOUR, HOUR],
            ),
            2,
        ),
        busy_each(
            several("two calls, limits 5 and 2", &[(AtMost(5), &[100; 10]), (AtMost(2), &[100; 6])]),
            &[5, 2],
        ),
    ]
}

fn blocking() -> Vec<Case> {
    vec![
        free(downloads("1 download, limit 1024", AtMost(1024), &[100])),
        free(downloads("101 downloads, limit 7", AtMost(7), &[100; 101])),
    ]
}

fn drops() -> Vec<Case> {
    let long: &[Ticks] = &[100, 200, 300, 400, 500, 600, 700, 800];
    vec![
        dropped(downloads("8 downloads, dropped after 1 tick", All, long), 1),
        dropped(downloads("8 downloads, limit 1, dropped after 150 ticks", AtMost(1), long), 150),
    ]
}

fn panics() -> Vec<Case> {
    let failing =
        |scenario, urls: &[u64]| urls.iter().fold(scenario, |scenario, &url| with_failure(scenario, url));
    vec![
        panicking(downloads("1 download that panics", All, &[100]), &[0]),
        panicking(
            downloads(
                "5 downloads, limit 5, URL 0 panics long before the others end",
                AtMost(5),
                &[50, 300, 400, 500, 600],
            ),
            &[0],
        ),
        panicking(
            downloads("6 downloads, limit 2, URLs 0 and 1 panic at the same time", AtMost(2), &[100; 6]),
            &[0, 1],
        ),
        panicking(
            downloads("4 downloads, limit 1, URLs 1 and 3 panic", AtMost(1), &[100, 50, 100, 50]),
            &[1, 3],
        ),
        panicking(
            downloads("6 downloads, limit 2, all of them panic", AtMost(2), &[50, 100, 150, 40, 30, 20]),
            &[0, 1, 2, 3, 4, 5],
        ),
        panicking(downloads("3 downloads, all of them panic", All, &[100; 3]), &[0, 1, 2]),
        panicking(
            failing(
                downloads("6 downloads, limit 2, URL 0 panics, 1 and 4 fail", AtMost(2), &[100; 6]),
                &[1, 4],
            ),
            &[0],
        ),
    ]
}
