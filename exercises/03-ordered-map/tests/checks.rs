//! The promises of `parallel_map` and the cases that put them to the proof.
//!
//! [`suite`] holds the visible cases. The builders below it make further cases with the same policies.

use judge::checks::{
    AllResults, CALL_KEYS, EachCallAlone, EachOnce, Makespan, MostInFlight, NothingLeft, PanicReachesCaller,
    PanicStaysInItsCall, PanicsNaming, ResultsInOrder, Returns, WaitsAsleep,
};
use judge::scenario::{Call, Plan, Scenario, Then, Ticks, durations};
use judge::suite::{Case, Category, Check, Suite};
use judge::wire::{Payload, Request};

/// The supplied function `f`.
const F: u16 = 0;

/// Its panics have a `&str`, or no text, as the adapter numbers it; without these a `String`.
const RAISES_STR: u16 = 1;
const RAISES_NUMBER: u16 = 2;

/// What an input of `f` is called.
const ITEM: &str = "item";

/// The visible suite.
#[expect(clippy::too_many_lines, reason = "a table: one row for each check")]
pub(crate) fn suite() -> Suite {
    Suite {
        id: "03",
        name: "ordered-map",
        supplied: &["f"],
        checks: vec![
            Check::visible(
                "maps_a_short_list",
                Category::Correctness,
                2,
                "each item gives one result",
                vec![all_results(map("4 items, 2 workers", 2, &[10; 4]))],
            ),
            Check::visible(
                "works_each_item_once",
                Category::Correctness,
                10,
                "`f` is called once for each item, whatever the length",
                vec![
                    all_results(map("no items, 4 workers", 4, &[])),
                    all_results(map("1 item, 4 workers", 4, &[10])),
                    all_results(map("7 items, 16 workers", 16, &[10; 7])),
                    all_results(map("100 items, 1 worker", 1, &[10; 100])),
                    all_results(map("101 items, 4 workers", 4, &[10; 101])),
                    all_results(map("3 items that take very long, 2 workers", 2, &[1_000_000; 3]).patient()),
                ],
            ),
            Check::visible(
                "keeps_the_input_order",
                Category::Ordering,
                20,
                "result i belongs to item i, whatever ends first",
                vec![
                    in_order(map("8 items, 8 workers, the first ends last", 8, &durations::reversed(8))),
                    in_order(map("100 items, 4 workers, shuffled", 4, &durations::shuffled(100, 1))),
                    in_order(map(
                        "100 items, 16 workers, the first ends last",
                        16,
                        &durations::reversed(100),
                    )),
                    in_order(map("101 items, 16 workers, shuffled", 16, &durations::shuffled(101, 2))),
                    in_order(map("300 equal items, 4 workers", 4, &[10; 300])),
                ],
            ),
            Check::visible(
                "speeds_up_even_work",
                Category::Speedup,
                30,
                "equal items on n workers take about a n-th of the time",
                vec![
                    in_time(map("100 equal items, 4 workers", 4, &[10; 100]), 4),
                    in_time(map("100 equal items, 16 workers", 16, &[10; 100]), 16),
                    in_time(map("2 items, 16 workers", 16, &[10; 2]), 16),
                    in_time(map("5 items, 16 workers", 16, &[10; 5]), 16),
                    in_time(map("7 items, 16 workers", 16, &[10; 7]), 16),
                    in_time(map("260 equal items, 260 workers", 260, &[10; 260]).until_in_flight(260), 260),
                ],
            ),
            Check::visible(
                "balances_uneven_work",
                Category::Speedup,
                20,
                "an item starts whenever a worker is free",
                vec![
                    in_time(
                        map(
                            "100 items, 4 workers, the first quarter heavy",
                            4,
                            &durations::heavy(100, 0..25),
                        ),
                        4,
                    ),
                    in_time(map("40 items, 4 workers, every fourth heavy", 4, &durations::strided(40, 4)), 4),
                    in_time(
                        map(
                            "40 items, 4 workers, one in four much longer",
                            4,
                            &durations::one_per_round(40, 4),
                        ),
                        4,
                    ),
                    in_time(
                        one_slower(map("40 items, 4 workers, one worker ten times slower", 4, &[10; 40])),
                        4,
                    ),
                    in_time(
                        one_slower(map("100 items, 16 workers, one worker ten times slower", 16, &[10; 100])),
                        16,
                    ),
                    in_time(map("40 items, 4 workers, three neighbours very long", 4, &three_long(40)), 4),
                    in_time(map("400 items, 2 workers, the first three very long", 2, &begins_long(400)), 2),
                    in_time(map("9 items, 4 workers, the last two heavy", 4, &durations::heavy(9, 7..9)), 4),
                    in_time(
                        map(
                            "101 items, 4 workers, the last quarter heavy",
                            4,
                            &durations::heavy(101, 76..101),
                        ),
                        4,
                    ),
                ],
            ),
            Check::visible(
                "respects_the_worker_limit",
                Category::Robustness,
                6,
                "at most `workers` calls of `f` are in flight",
                vec![
                    within_limit(map("100 equal items, 4 workers", 4, &[10; 100]), 4),
                    within_limit(map("100 items, 1 worker", 1, &[10; 100]), 1),
                ],
            ),
            Check::visible(
                "passes_a_panic_on",
                Category::Robustness,
                4,
                "a panic in `f` makes the call panic, and never hangs it",
                vec![
                    panics(map("20 items, 4 workers, item 7 panics", 4, &[10; 20]), 7).and(limits(vec![4])),
                    panics(
                        map("20 items, 4 workers, item 19 panics with a `&str`", 4, &[10; 20])
                            .entering(RAISES_STR),
                        19,
                    ),
                    panics(
                        map("1 item, 2 workers, item 0 panics with a number", 2, &[10])
                            .entering(RAISES_NUMBER),
                        0,
                    ),
                    panics(panicking(map("20 items, 4 workers, items 5 and 6 panic", 4, &[10; 20]), 5), 6),
                ],
            ),
            Check::visible(
                "refuses_zero_workers",
                Category::Robustness,
                2,
                "0 workers panic with `workers` in the message",
                vec![
                    refuses(map("3 items, 0 workers", 0, &[10; 3])),
                    refuses(map("no items, 0 workers", 0, &[])),
                ],
            ),
            Check::visible(
                "waits_asleep",
                Category::Robustness,
                2,
                "waiting sleeps until the event",
                vec![
                    asleep(map("100 equal items, 4 workers", 4, &[10; 100])),
                    asleep_in_a_panic(map("20 items, 4 workers, item 7 panics", 4, &[10; 20]), 7),
                ],
            ),
            Check::visible(
                "leaves_nothing_running",
                Category::Robustness,
                2,
                "when the call ends, no call of `f` is in progress",
                vec![
                    nothing_left(map("100 items, 4 workers, shuffled", 4, &durations::shuffled(100, 1))),
                    nothing_left(panicking(map("20 items, 4 workers, item 7 panics", 4, &[10; 20]), 7)),
                ],
            ),
            Check::visible(
                "can_be_called_again",
                Category::Robustness,
                2,
                "each of several calls is right: a call depends on its arguments alone",
                vec![
                    several(
                        calls("two calls, one after the other", &[(0, 4, &[10; 12]), (0, 2, &[10; 12])]),
                        vec![4, 2],
                    ),
                    several(
                        calls(
                            "three calls at the same time, 3 and 3 and 4 workers",
                            &[(0, 3, &[10; 12]), (1, 3, &[10; 12]), (2, 4, &durations::reversed(20))],
                        ),
                        vec![3, 3, 4],
                    ),
                    after_a_panic(
                        calls(
                            "two calls, item 5 of the first panics",
                            &[(0, 3, &[10; 12]), (0, 3, &[10; 12])],
                        ),
                        vec![3; 2],
                        5,
                    ),
                    after_a_panic(
                        calls(
                            "two calls at the same time, item 5 of the first panics",
                            &[(0, 3, &[10; 12]), (1, 3, &[10; 30])],
                        ),
                        vec![3; 2],
                        5,
                    ),
                    several(
                        calls(
                            "two calls, first 2 workers, then 8",
                            &[(0, 2, &[10; 12]), (0, 8, &durations::reversed(20))],
                        ),
                        vec![2, 8],
                    ),
                ],
            ),
        ],
    }
}

/// Three long neighbours: whoever takes two at a time has one behind the other, wherever the pairs begin.
fn three_long(length: usize) -> Vec<Ticks> {
    (0..length).map(|item| if (10..13).contains(&item) { 1_000 } else { 10 }).collect()
}

/// The first three are each longer than all the others together, and there are so many others that blocks of more than one may seem worth
/// it: in one block the long ones come one behind the other.
fn begins_long(length: usize) -> Vec<Ticks> {
    (0..length).map(|item| if item < 3 { 10_000 } else { 10 }).collect()
}

/// One call of `parallel_map`.
pub(crate) fn map(label: &str, workers: usize, ticks: &[Ticks]) -> Scenario {
    calls(label, &[(0, workers, ticks)])
}

/// Several calls, each `(lane, workers, ticks of each item)`.
pub(crate) fn calls(label: &str, calls: &[(u32, usize, &[Ticks])]) -> Scenario {
    let mut plan = Plan::default();
    let mut made = Vec::new();
    for (call, &(lane, workers, ticks)) in (0..).zip(calls) {
        let mut numbers = vec![workers as u64];
        for (item, &ticks) in (0..).zip(ticks) {
            let key = call * CALL_KEYS + item;
            plan.secret(F, key, ticks);
            numbers.push(key);
        }
        made.push(Call { lane, request: Request { entry: 0, input: Payload::of(numbers) } });
    }
    Scenario::new(label, made, plan)
}

/// The same, with one worker that is ten times slower.
fn one_slower(mut scenario: Scenario) -> Scenario {
    scenario.plan.slow_down_one_thread(10);
    scenario
}

/// The same, with one item that panics.
pub(crate) fn panicking(mut scenario: Scenario, item: u64) -> Scenario {
    scenario.plan.end(F, item, Then::Panic(format!("item {item} is bad")));
    scenario
}

/// Every item worked once, and every result there.
pub(crate) fn all_results(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(AllResults { kind: F, noun: ITEM })
}

/// The results in the order of the input.
pub(crate) fn in_order(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(ResultsInOrder { kind: F, noun: ITEM })
}

/// Within the bound of list scheduling.
pub(crate) fn in_time(scenario: Scenario, workers: usize) -> Case {
    Case::of(scenario).and(Returns).and(Makespan { kind: F, workers: vec![workers], noun: ITEM })
}

/// Never more than `workers` in flight.
pub(crate) fn within_limit(scenario: Scenario, workers: usize) -> Case {
    Case::of(scenario).and(Returns).and(limits(vec![workers]))
}

/// Several calls, each with its own number of workers, none of which feels the others.
pub(crate) fn several(scenario: Scenario, workers: Vec<usize>) -> Case {
    let alone = EachCallAlone { kind: F, workers: workers.clone(), argument: "workers" };
    in_order(scenario).and(limits(workers)).and(alone)
}

/// Several calls, in the first of which this item panics: the others don't feel it.
pub(crate) fn after_a_panic(scenario: Scenario, workers: Vec<usize>, item: u64) -> Case {
    let alone = EachCallAlone { kind: F, workers: workers.clone(), argument: "workers" };
    let stays = PanicStaysInItsCall { function: "f" };
    let in_order = ResultsInOrder { kind: F, noun: ITEM };
    Case::of(panicking(scenario, item)).and(stays).and(in_order).and(limits(workers)).and(alone)
}

fn limits(at_most: Vec<usize>) -> MostInFlight {
    MostInFlight { kind: F, at_most, argument: "workers" }
}

/// A panic of this item reaches the caller; no item is worked twice.
pub(crate) fn panics(scenario: Scenario, item: u64) -> Case {
    let once = EachOnce { kind: F, noun: ITEM };
    Case::of(panicking(scenario, item)).and(PanicReachesCaller { function: "f" }).and(once)
}

/// A panic that names the argument.
pub(crate) fn refuses(scenario: Scenario) -> Case {
    Case::of(scenario).and(PanicsNaming { argument: "workers" })
}

/// No busy-waiting, no fixed sleeps.
pub(crate) fn asleep(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(WaitsAsleep)
}

/// The same where this item panics.
pub(crate) fn asleep_in_a_panic(scenario: Scenario, item: u64) -> Case {
    Case::of(panicking(scenario, item)).and(WaitsAsleep)
}

/// Nothing in progress at the end.
pub(crate) fn nothing_left(scenario: Scenario) -> Case {
    Case::of(scenario).and(NothingLeft { function: "f" })
}
