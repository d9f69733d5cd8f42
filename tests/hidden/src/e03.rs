//! Exercise 03, ordered map: more lengths, more workers, and schedules that are built against one kind of mistake each.

#[path = "../../../exercises/03-ordered-map/tests/checks.rs"]
pub(super) mod visible;

use crate::Workload;
use judge::scenario::{Ticks, durations};
use judge::suite::{Case, Suite};
use judge::wire::Payload;
use visible::{
    all_results, asleep, calls, in_order, in_time, map, nothing_left, panics, refuses, within_limit,
};

pub(super) fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("works_each_item_once", lengths());
    suite.extend("keeps_the_input_order", orders(seed));
    suite.extend("speeds_up_even_work", even());
    suite.extend("balances_uneven_work", uneven(seed));
    suite.extend("respects_the_worker_limit", limits());
    suite.extend("passes_a_panic_on", panicking());
    suite.extend("refuses_zero_workers", [refuses(map("100 items, 0 workers", 0, &[10; 100]))]);
    suite.extend(
        "waits_asleep",
        [asleep(map("20 items, 4 workers, the first ends last", 4, &durations::reversed(20)))],
    );
    suite.extend("leaves_nothing_running", [nothing_left(map("7 items, 16 workers", 16, &[10; 7]))]);
    suite.extend("can_be_called_again", again());
    suite
}

/// 64 items, more and more workers.
pub(super) fn scaling(workers: usize) -> Case {
    in_time(map(&format!("64 equal items, {workers} at a time"), workers, &[10; 64]), workers)
}

/// The number of workers, then a key for each item.
pub(super) fn workload(cores: usize) -> Workload {
    crate::pooled(cores, |workers, calls| Payload::of(std::iter::once(workers).chain(0..calls)))
}

fn lengths() -> Vec<Case> {
    // Fewer, as many and more items than workers; the other checks have further pairs.
    let pairs = [(0, 1), (0, 64), (1, 2), (1, 64), (7, 1), (7, 16), (100, 1), (100, 64), (101, 2), (101, 16)];
    let case = |(length, workers)| {
        all_results(map(&format!("{length} items on {workers} workers"), workers, &vec![10; length]))
    };
    pairs.map(case).into()
}

fn orders(seed: u64) -> Vec<Case> {
    let seeded = |offset: u64| seed.wrapping_mul(31).wrapping_add(offset);
    vec![
        in_order(map("100 items, 100 workers, the first ends last", 100, &durations::reversed(100))),
        in_order(map("101 items, 16 workers, shuffled anew", 16, &durations::shuffled(101, seeded(2)))),
        in_order(map("100 items, 64 workers, shuffled", 64, &durations::shuffled(100, seeded(3)))),
        in_order(map(
            "100 items, 2 workers, blocks of 10 permuted",
            2,
            &durations::block_permuted(100, 10, seeded(4)),
        )),
        in_order(map(
            "100 items, 16 workers, blocks of 7 permuted",
            16,
            &durations::block_permuted(100, 7, seeded(5)),
        )),
        in_order(map(
            "100 items, 4 workers, heavy neighbours in the middle",
            4,
            &durations::heavy(100, 40..60),
        )),
        in_order(map("2 items, 2 workers, the first ends last", 2, &durations::reversed(2))),
    ]
}

fn even() -> Vec<Case> {
    [2, 64]
        .map(|workers| {
            in_time(map(&format!("100 equal items, {workers} workers"), workers, &[10; 100]), workers)
        })
        .into()
}

fn uneven(seed: u64) -> Vec<Case> {
    let case = |label: &str, workers: usize, ticks: &[Ticks]| in_time(map(label, workers, ticks), workers);
    vec![
        case("8 items, 4 workers, the first two heavy", 4, &durations::heavy(8, 0..2)),
        case("100 items, 16 workers, heavy neighbours in the middle", 16, &durations::heavy(100, 40..60)),
        case("64 items, 16 workers, every 16th heavy", 16, &durations::strided(64, 16)),
        case("100 items, 16 workers, one in 16 much longer", 16, &durations::one_per_round(100, 16)),
        case("100 items, 2 workers, the first half heavy", 2, &durations::heavy(100, 0..50)),
        case("100 items, 4 workers, shuffled weights", 4, &durations::shuffled(100, seed.wrapping_add(9))),
    ]
}

fn limits() -> Vec<Case> {
    vec![
        within_limit(map("100 equal items, 2 workers", 2, &[10; 100]), 2),
        within_limit(map("100 equal items, 16 workers", 16, &[10; 100]), 16),
        within_limit(map("100 items, 4 workers, shuffled", 4, &durations::shuffled(100, 1)), 4),
    ]
}

fn panicking() -> Vec<Case> {
    vec![
        panics(map("20 items, 4 workers, item 0 panics", 4, &[10; 20]), 0),
        panics(map("20 items, 1 worker, item 7 panics", 1, &[10; 20]), 7),
        panics(map("8 items, 16 workers, item 3 panics first", 16, &durations::heavy(8, 4..8)), 3),
    ]
}

fn again() -> Vec<Case> {
    let few: &[Ticks] = &[10; 12];
    let falling = durations::reversed(20);
    let each = |label: &str, made: &[(u32, usize, &[Ticks])]| {
        let workers = made.iter().map(|(_, workers, _)| *workers).collect();
        visible::several(calls(label, made), workers)
    };
    vec![
        each("two calls, first 8 workers, then 2", &[(0, 8, &falling), (0, 2, few)]),
        each("three calls at the same time", &[(0, 3, few), (1, 1, few), (2, 4, &falling)]),
    ]
}
