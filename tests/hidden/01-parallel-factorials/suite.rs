//! Exercise 01, parallel factorials: more numbers, equal numbers, other ends, and calls that take very long.

use super::visible;

use judge::scenario::{Scenario, durations};
use judge::suite::{Case, Suite};
use judge::wire::{Payload, Request};

use crate::{Exercise, Growth, Workload};
use visible::{
    all_results, asleep, calls, distinct, equal_work, exact, in_order, nothing_left, numbers, own_threads,
    panicking as panicking_at, panics, short_calls, together, with_ticks,
};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise = Exercise {
    suite,
    visible: visible::suite,
    scaling: Some(Growth { check: "runs_all_calls_together", of: "numbers", case: scaling }),
    workload: Some(workload),
};

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("factorial_is_exact", factorials());
    suite.extend("calls_compute_once_for_each_number", lengths());
    suite.extend(
        "gives_each_call_a_thread_of_its_own",
        [
            own_threads(equal_work("2 numbers", 2)),
            own_threads(equal_work("64 numbers", 64)),
            own_threads(short_calls("2 numbers, calls that end at once", 2)),
            own_threads(short_calls("16 numbers, calls that end at once", 16)),
        ],
    );
    suite.extend("runs_all_calls_together", overlaps(seed));
    suite.extend("keeps_the_order_of_the_numbers", orders(seed));
    suite.extend("passes_a_panic_on", panicking());
    suite.extend("leaves_nothing_running", [nothing_left(equal_work("64 numbers", 64))]);
    suite.extend("can_be_called_again", again());
    suite.extend(
        "waits_asleep",
        [asleep(distinct("64 numbers, the first ends last", &durations::reversed(64)))],
    );
    suite
}

/// So many numbers are all in flight together.
fn scaling(numbers: usize) -> Case {
    together(equal_work(&format!("{numbers} equal numbers"), numbers))
}

/// A thread for each number is four for each core, so that the system's scheduler can even them out.
fn workload(cores: usize) -> Workload {
    let calls = (4 * cores).clamp(8, 64) as u64;
    // The key of the first number, then the numbers.
    let input = Payload::of(std::iter::once(0).chain(0..calls));
    Workload { request: Request { entry: 0, input }, kind: 0, calls }
}

fn factorials() -> Vec<Case> {
    vec![
        exact("0! to 40!", &(0..=40).collect::<Vec<_>>()),
        exact("170!, 171!, 255!, 256! and 257!", &[170, 171, 255, 256, 257]),
        exact("5! again and again, then 0!", &[5, 5, 5, 0]),
        exact("4997! to 4999!, then 3!", &[4997, 4998, 4999, 3]),
        exact("9999!, then 9998!", &[9999, 9998]),
    ]
}

fn lengths() -> Vec<Case> {
    vec![
        all_results(equal_work("1 number", 1)),
        all_results(equal_work("64 numbers", 64)),
        all_results(numbers("4 equal numbers", &[(6, 10); 4])),
    ]
}

fn overlaps(seed: u64) -> Vec<Case> {
    vec![
        together(equal_work("2 numbers", 2)),
        // More than a generous pool of a fixed size.
        together(equal_work("100 numbers", 100)),
        together(distinct("64 numbers, shuffled", &durations::shuffled(64, 1))),
        together(distinct("17 numbers, the last one long", &durations::heavy(17, 16..17))),
        together(distinct("33 numbers, shuffled", &durations::shuffled(33, seed.wrapping_add(3)))),
    ]
}

fn orders(seed: u64) -> Vec<Case> {
    vec![
        in_order(distinct("2 numbers, the first ends last", &durations::reversed(2))),
        in_order(distinct("64 numbers, the first ends last", &durations::reversed(64))),
        in_order(distinct("5 numbers, the last one first, then the others", &[20, 30, 40, 50, 10])),
        in_order(distinct("33 numbers, shuffled", &durations::shuffled(33, seed.wrapping_add(3)))),
        in_order(distinct("20 numbers, blocks of 4 permuted", &durations::block_permuted(20, 4, seed))),
    ]
}

fn panicking() -> Vec<Case> {
    vec![
        panics(equal_work("5 numbers, the first one panics", 5), 0),
        panics(equal_work("1 number, it panics", 1), 0),
        panics(distinct("5 numbers, the first one panics last", &durations::reversed(5)), 0),
        panics(distinct("5 numbers, the last one panics first", &durations::reversed(5)), 4),
        panics(
            all_but_one_panic(distinct(
                "5 numbers, all of them panic, the last one first",
                &durations::reversed(5),
            )),
            2,
        ),
        panics(
            panicking_at(distinct("64 numbers, two in the middle panic", &durations::shuffled(64, 1)), 31),
            32,
        ),
        panics(panicking_at(equal_work("2 numbers, both panic", 2), 0), 1),
    ]
}

/// All but the number in the middle.
fn all_but_one_panic(scenario: Scenario) -> Scenario {
    [0, 1, 3, 4].into_iter().fold(scenario, panicking_at)
}

fn again() -> Vec<Case> {
    let few = with_ticks(&[10; 5]);
    let more = with_ticks(&durations::reversed(12));
    vec![in_order(calls("three calls: 5, 12 and 5 numbers", &[(0, &few), (0, &more), (0, &few)]))]
}
