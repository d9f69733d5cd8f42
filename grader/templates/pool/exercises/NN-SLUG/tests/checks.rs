//! The promises of `apply_all` and the cases that put them to the proof.
//!
//! [`suite`] holds the visible cases. The builders below it make further cases with the same policies.

use judge::checks::{
    AllResults, Makespan, MostInFlight, NothingLeft, PanicReachesCaller, PanicsNaming, ResultsInOrder,
    Returns, WaitsAsleep,
};
use judge::scenario::{Call, Plan, Scenario, Then, Ticks, durations};
use judge::suite::{Case, Category, Check, Suite};
use judge::wire::{Payload, Request};

use super::shared::WORK;

/// What an input of `work` is called.
const ITEM: &str = "item";

/// The visible suite: 100 tenths of a point. The first check is the gate: keep it the simplest.
pub(crate) fn suite() -> Suite {
    Suite {
        id: "NN",
        name: "SLUG",
        supplied: &["work"],
        checks: vec![
            Check::visible(
                "works_each_item_once",
                Category::Correctness,
                20,
                "each item gives one result",
                vec![
                    all_results(items("4 items, 2 workers", 2, &[10; 4])),
                    all_results(items("no items, 4 workers", 4, &[])),
                    all_results(items("7 items, 16 workers", 16, &[10; 7])),
                ],
            ),
            Check::visible(
                "keeps_all_workers_busy",
                Category::Speedup,
                40,
                "an item starts whenever a worker is free",
                vec![
                    in_time(items("100 equal items, 4 workers", 4, &[10; 100]), 4),
                    in_time(
                        items("40 items, 4 workers, every fourth heavy", 4, &durations::strided(40, 4)),
                        4,
                    ),
                ],
            ),
            Check::visible(
                "keeps_the_order",
                Category::Ordering,
                20,
                "result i belongs to item i, whatever ends first",
                vec![in_order(items("8 items, 8 workers, the first ends last", 8, &durations::reversed(8)))],
            ),
            Check::visible(
                "keeps_its_manners",
                Category::Robustness,
                20,
                "it refuses 0 workers, keeps the limit, passes panics on, and leaves nothing running",
                vec![
                    refuses(items("3 items, 0 workers", 0, &[10; 3])),
                    within_limit(items("20 equal items, 4 workers", 4, &[10; 20]), 4),
                    panics(items("20 items, 4 workers, item 7 panics", 4, &[10; 20]), 7),
                ],
            ),
        ],
    }
}

/// One call of `apply_all`.
pub(crate) fn items(label: &str, workers: usize, ticks: &[Ticks]) -> Scenario {
    let mut plan = Plan::default();
    let mut numbers = vec![workers as u64];
    for (key, &ticks) in (0..).zip(ticks) {
        plan.secret(WORK, key, ticks);
        numbers.push(key);
    }
    let call = Call { lane: 0, request: Request { entry: 0, input: Payload::of(numbers) } };
    Scenario::new(label, vec![call], plan)
}

/// Every item worked once, and every result there.
pub(crate) fn all_results(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(AllResults { kind: WORK, noun: ITEM })
}

/// The results in the order of the items.
pub(crate) fn in_order(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(ResultsInOrder { kind: WORK, noun: ITEM })
}

/// Within the bound of list scheduling.
pub(crate) fn in_time(scenario: Scenario, workers: usize) -> Case {
    Case::of(scenario).and(Returns).and(Makespan { kind: WORK, workers: vec![workers], noun: ITEM })
}

/// Never more than `workers` in flight; at the end nothing is; whoever waits sleeps.
pub(crate) fn within_limit(scenario: Scenario, workers: usize) -> Case {
    let limit = MostInFlight { kind: WORK, at_most: vec![workers], argument: "workers" };
    Case::of(scenario).and(Returns).and(limit).and(NothingLeft { function: "work" }).and(WaitsAsleep)
}

/// A panic that names the argument.
pub(crate) fn refuses(scenario: Scenario) -> Case {
    Case::of(scenario).and(PanicsNaming { argument: "workers" })
}

/// A panic of this item reaches the caller.
pub(crate) fn panics(mut scenario: Scenario, item: u64) -> Case {
    scenario.plan.end(WORK, item, Then::Panic(format!("item {item} is bad")));
    Case::of(scenario).and(PanicReachesCaller { function: "work" })
}
