//! The promises of `fetch_all` and the cases that put them to the proof.
//!
//! [`suite`] holds the visible cases. The builders below it make further cases with the same policies.

use judge::checks::{
    AllResults, EventLoopFree, KeepsBusy, MostInFlight, NothingLeft, PanicReachesCaller, PanicsNaming,
    ResultsInOrder, Returns,
};
use judge::scenario::{Call, Plan, Scenario, Then, Ticks, durations};
use judge::suite::{Case, Category, Check, Suite};
use judge::wire::{Payload, Request};

use super::shared::FETCH;

/// What an input of `fetch` is called.
const INPUT: &str = "input";

/// The visible suite: 100 tenths of a point. The first check is the gate: keep it the simplest.
pub(crate) fn suite() -> Suite {
    Suite {
        id: "NN",
        name: "SLUG",
        supplied: &["fetch"],
        checks: vec![
            Check::visible(
                "fetches_each_input_once",
                Category::Correctness,
                20,
                "each input gives one result",
                vec![
                    all_results(inputs("3 inputs, limit 2", 2, &[100; 3])),
                    all_results(inputs("no inputs, limit 4", 4, &[])),
                    all_results(inputs("7 inputs, limit 16", 16, &[100; 7])),
                ],
            ),
            Check::visible(
                "always_uses_the_limit",
                Category::Speedup,
                40,
                "a fetch starts whenever a place is free",
                vec![
                    keeps_busy(inputs("40 equal inputs, limit 4", 4, &[100; 40]), 4),
                    keeps_busy(
                        inputs("12 inputs, limit 4, the first three heavy", 4, &durations::heavy(12, 0..3)),
                        4,
                    ),
                ],
            ),
            Check::visible(
                "keeps_the_order",
                Category::Ordering,
                20,
                "result i belongs to input i, whatever ends first",
                vec![in_order(inputs("8 inputs, limit 8, the first ends last", 8, &durations::reversed(8)))],
            ),
            Check::visible(
                "keeps_its_manners",
                Category::Robustness,
                20,
                "it refuses limit 0, keeps the limit, passes panics on, and never blocks the event loop",
                vec![
                    refuses(inputs("3 inputs, limit 0", 0, &[100; 3])),
                    within_limit(inputs("20 equal inputs, limit 4", 4, &[100; 20]), 4),
                    panics(inputs("12 inputs, limit 4, input 5 panics", 4, &[100; 12]), 5),
                ],
            ),
        ],
    }
}

/// One call of `fetch_all`.
pub(crate) fn inputs(label: &str, limit: usize, ticks: &[Ticks]) -> Scenario {
    let mut plan = Plan::default();
    let mut numbers = vec![limit as u64];
    for (key, &ticks) in (0..).zip(ticks) {
        plan.secret(FETCH, key, ticks);
        numbers.push(key);
    }
    let call = Call { lane: 0, request: Request { entry: 0, input: Payload::of(numbers) } };
    Scenario::new(label, vec![call], plan).on_event_loop()
}

/// Every input fetched once, and every result there.
pub(crate) fn all_results(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(AllResults { kind: FETCH, noun: INPUT })
}

/// The results in the order of the inputs.
pub(crate) fn in_order(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(ResultsInOrder { kind: FETCH, noun: INPUT })
}

/// The limit used while inputs are waiting.
pub(crate) fn keeps_busy(scenario: Scenario, limit: usize) -> Case {
    let busy = KeepsBusy { kind: FETCH, delivery: None, workers: vec![limit], noun: INPUT };
    Case::of(scenario).and(Returns).and(busy)
}

/// Never more than the limit in flight; at the end nothing is; the event loop is free.
pub(crate) fn within_limit(scenario: Scenario, limit: usize) -> Case {
    let limit = MostInFlight { kind: FETCH, at_most: vec![limit], argument: "limit" };
    Case::of(scenario).and(Returns).and(limit).and(NothingLeft { function: "fetch" }).and(EventLoopFree)
}

/// A panic that names the argument.
pub(crate) fn refuses(scenario: Scenario) -> Case {
    Case::of(scenario).and(PanicsNaming { argument: "limit" })
}

/// A panic of this input reaches the caller.
pub(crate) fn panics(mut scenario: Scenario, input: u64) -> Case {
    scenario.plan.end(FETCH, input, Then::Panic(format!("input {input} is bad")));
    Case::of(scenario).and(PanicReachesCaller { function: "fetch" })
}
