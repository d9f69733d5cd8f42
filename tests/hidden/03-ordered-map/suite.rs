//! Exercise 03, ordered map: more lengths, more workers, and schedules that are built against one kind of mistake each.

use super::visible;

use crate::{Exercise, Growth, Workload};
use judge::scenario::{Scenario, Ticks, durations};
use judge::suite::{Case, Suite};
use judge::wire::Payload;
use visible::{
    all_results, asleep, calls, in_order, in_time, map, nothing_left, panicking as panicking_at, panics,
    refuses, within_limit,
};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise = Exercise {
    suite,
    visible: visible::suite,
    scaling: Some(Growth { check: "speeds_up_even_work", of: "workers", case: scaling }),
    workload: Some(workload),
};

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("works_each_item_once", lengths(seed));
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
fn scaling(workers: usize) -> Case {
    in_time(map(&format!("64 equal items, {workers} at a time"), workers, &[10; 64]), workers)
}

/// The number of workers, then a key for each item.
fn workload(cores: usize) -> Workload {
    crate::pooled(cores, |workers, calls| Payload::of(std::iter::once(workers).chain(0..calls)))
}

/// Fewer, as many and more items than workers; the other checks have further pairs, and some of their runs are looked at here.
fn lengths(seed: u64) -> Vec<Case> {
    let pairs = [(0, 1), (0, 64), (1, 64), (7, 1), (101, 2)];
    let equal = |(length, workers)| map(&equal_items(length, workers), workers, &vec![10; length]);
    pairs.map(equal).into_iter().chain([even_at(64), shuffled_anew(seed)]).map(all_results).collect()
}

fn equal_items(length: usize, workers: usize) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    format!("{length} equal item{}, {workers} worker{}", plural(length), plural(workers))
}

/// An order of ends for each seed.
fn seeded(seed: u64, offset: u64) -> u64 {
    seed.wrapping_mul(31).wrapping_add(offset)
}

fn shuffled_anew(seed: u64) -> Scenario {
    map("101 items, 16 workers, shuffled anew", 16, &durations::shuffled(101, seeded(seed, 2)))
}

fn heavy_neighbours() -> Scenario {
    map("100 items, 16 workers, heavy neighbours in the middle", 16, &durations::heavy(100, 40..60))
}

fn orders(seed: u64) -> Vec<Case> {
    let blocks = durations::block_permuted(40, 10, seeded(seed, 4));
    let scenarios = [
        shuffled_anew(seed),
        map("100 items, 64 workers, shuffled", 64, &durations::shuffled(100, seeded(seed, 3))),
        map("40 items, 2 workers, blocks of 10 permuted", 2, &blocks),
        heavy_neighbours(),
        map("2 items, 2 workers, the first ends last", 2, &durations::reversed(2)),
    ];
    scenarios.map(in_order).into()
}

fn even_at(workers: usize) -> Scenario {
    map(&format!("100 equal items, {workers} workers"), workers, &[10; 100])
}

fn even() -> Vec<Case> {
    [2, 64].map(|workers| in_time(even_at(workers), workers)).into()
}

fn uneven(seed: u64) -> Vec<Case> {
    let case = |label: &str, workers: usize, ticks: &[Ticks]| in_time(map(label, workers, ticks), workers);
    vec![
        case("8 items, 4 workers, the first two heavy", 4, &durations::heavy(8, 0..2)),
        in_time(heavy_neighbours(), 16),
        case("64 items, 16 workers, every 16th heavy", 16, &durations::strided(64, 16)),
        case("40 items, 2 workers, the first half heavy", 2, &durations::heavy(40, 0..20)),
        in_time(shuffled_anew(seed), 16),
    ]
}

fn limits() -> Vec<Case> {
    vec![
        within_limit(even_at(2), 2),
        within_limit(even_at(16), 16),
        within_limit(map("100 items, 4 workers, shuffled", 4, &durations::shuffled(100, 1)), 4),
    ]
}

fn panicking() -> Vec<Case> {
    vec![
        panics(map("20 items, 4 workers, item 0 panics", 4, &[10; 20]), 0),
        panics(map("20 items, 1 worker, item 7 panics", 1, &[10; 20]), 7),
        panics(map("8 items, 16 workers, item 3 panics first", 16, &durations::heavy(8, 4..8)), 3),
        panics(
            all_but_one_panic(map("8 items, 8 workers, all of them panic", 8, &durations::reversed(8))),
            4,
        ),
        panics(all_but_one_panic(map("8 items, 3 workers, all of them panic", 3, &[10; 8])), 4),
        panics(panicking_at(map("20 items, 4 workers, items 0 and 19 panic", 4, &[10; 20]), 0), 19),
        panics(
            panicking_at(map("4 items, 4 workers, two panic long after another", 4, &[10, 20, 30, 40]), 0),
            3,
        ),
    ]
}

/// Of 8 items all but item 4.
fn all_but_one_panic(scenario: Scenario) -> Scenario {
    [0, 1, 2, 3, 5, 6, 7].into_iter().fold(scenario, panicking_at)
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
        each("two calls at the same time, 2 and 4 workers", &[(0, 2, &falling), (1, 4, few)]),
    ]
}
