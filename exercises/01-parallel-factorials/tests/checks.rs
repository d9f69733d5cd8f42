//! The promises of `parallel_factorials` and `factorial`, and the cases that put them to the proof.
//!
//! [`suite`] holds the visible cases. The builders below it make further cases with the same policies.

#[path = "exact.rs"]
mod exact;

use judge::checks::{
    AllResults, AllTogether, CALL_KEYS, EachCallAlone, EachOnce, NothingLeft, OwnThreads, PanicReachesCaller,
    PanicStaysInItsCall, ResultsInOrder, Returns, WaitsAsleep,
};
use judge::scenario::{Call, Plan, Planned, Scenario, Then, Ticks, durations};
use judge::suite::{Case, Category, Check, Suite};
use judge::wire::{Payload, Request};

pub(crate) use exact::exact;

/// `parallel_factorials`, as the adapter numbers it; also with threads that the judge lets in, and with panics that have a `&str`, or
/// no text.
const PARALLEL_FACTORIALS: u16 = 0;
const PARALLEL_FACTORIALS_LET_IN: u16 = 2;
const RAISING_STR: u16 = 3;
const RAISING_NUMBER: u16 = 4;

/// The supplied function `compute`, and a thread that asks to be let in.
const COMPUTE: u16 = 0;
const LET_IN: u16 = 1;

/// What an input of `compute` is called: by its place, since equal numbers are separate inputs.
const INPUT: &str = "input";

/// A number and how long its call takes.
pub(crate) type Number = (u32, Ticks);

/// The visible suite.
pub(crate) fn suite() -> Suite {
    let checks = [results(), schedules(), endings()].into_iter().flatten().collect();
    Suite { id: "01", name: "parallel-factorials", supplied: &["compute", "start of a thread"], checks }
}

/// The values, and which threads they come from.
fn results() -> Vec<Check> {
    vec![
        Check::visible(
            "factorial_is_exact",
            Category::Correctness,
            20,
            "`factorial(n)` is n!, to the last digit, for every n up to 10,000",
            vec![
                exact("0!, 1! and 20!", &[0, 1, 20]),
                exact("21! and 35!", &[21, 35]),
                exact("1000! and 5000!", &[1000, 5000]),
                exact("10,000!", &[10_000]),
            ],
        ),
        Check::visible(
            "gives_one_result_for_each_number",
            Category::Correctness,
            4,
            "each number gives one result",
            vec![all_results(equal_work("3 numbers", 3))],
        ),
        Check::visible(
            "calls_compute_once_for_each_number",
            Category::Correctness,
            10,
            "`compute` is called once for each number, and the results come from these calls",
            vec![
                all_results(equal_work("5 numbers", 5)),
                all_results(numbers("5 numbers, three of them equal", &EQUAL)),
                all_results(numbers("6 numbers, among them 0 and 1, each twice", &ZERO_AND_ONE)),
                all_results(equal_work("5 numbers whose calls take very long", 5).patient()),
            ],
        ),
        Check::visible(
            "gives_each_call_a_thread_of_its_own",
            Category::Correctness,
            12,
            "each call runs on a thread that makes no other call, never on the calling thread",
            vec![
                own_threads(equal_work("5 numbers", 5)),
                own_threads(equal_work("1 number", 1)),
                own_threads(short_calls("5 numbers, calls that end at once", 5)),
            ],
        ),
    ]
}

/// What overlaps, and in what order the results stand.
fn schedules() -> Vec<Check> {
    vec![
        Check::visible(
            "runs_all_calls_together",
            Category::Speedup,
            26,
            "all calls are in flight together, so that the whole takes as long as the longest",
            vec![
                together(equal_work("1 number", 1)),
                together(equal_work("5 numbers", 5)),
                together(equal_work("64 numbers", 64)),
            ],
        ),
        Check::visible(
            "keeps_the_order_of_the_numbers",
            Category::Ordering,
            14,
            "result i belongs to numbers[i], whatever ends first",
            vec![
                in_order(distinct("5 numbers, the first ends last", &durations::reversed(5))),
                in_order(distinct("64 numbers, shuffled", &durations::shuffled(64, 1))),
                in_order(numbers("8 numbers, pairs of equal ones, the first ends last", &PAIRS)),
            ],
        ),
    ]
}

/// Panics, no numbers, further calls, waiting.
fn endings() -> Vec<Check> {
    vec![
        Check::visible(
            "leaves_nothing_running",
            Category::Robustness,
            3,
            "when the call ends, every thread has been joined: no call of `compute` is in progress",
            vec![
                nothing_left(distinct("5 numbers, the first ends last", &durations::reversed(5))),
                nothing_left(panicking(equal_work("5 numbers, the second one panics", 5), 1)),
            ],
        ),
        Check::visible(
            "passes_a_panic_on",
            Category::Robustness,
            4,
            "a panic in `compute` makes the call panic, and never hangs it",
            vec![
                panics(equal_work("5 numbers, the second one panics", 5), 1),
                panics(
                    equal_work("5 numbers, the last one panics with a `&str`", 5).entering(RAISING_STR),
                    4,
                ),
                panics(
                    equal_work("2 numbers, the first one panics with a number", 2).entering(RAISING_NUMBER),
                    0,
                ),
                panics(panicking(equal_work("5 numbers, the second and the fourth one panic", 5), 1), 3),
                panics(panicking(equal_work("5 numbers, the second and the last one panic", 5), 1), 4),
            ],
        ),
        Check::visible(
            "copes_with_no_numbers",
            Category::Robustness,
            2,
            "no numbers give an empty vector at once",
            vec![all_results(equal_work("no numbers", 0))],
        ),
        Check::visible(
            "can_be_called_again",
            Category::Robustness,
            3,
            "each of several calls is right: a call depends on its arguments alone",
            vec![
                in_order(calls(
                    "two calls with the same numbers, one after the other",
                    &[(0, &with_ticks(&[10; 5])), (0, &with_ticks(&[10; 5]))],
                )),
                after_a_panic(
                    calls(
                        "two calls, the second number of the first one panics",
                        &[(0, &with_ticks(&[10; 5])), (0, &with_ticks(&[10; 5]))],
                    ),
                    1,
                ),
                in_order(calls(
                    "three calls at the same time: 5, 5 and 12 numbers",
                    &[
                        (0, &with_ticks(&[10; 5])),
                        (1, &with_ticks(&[10; 5])),
                        (2, &with_ticks(&durations::reversed(12))),
                    ],
                ))
                .and(ALONE),
                in_order(calls(
                    "no numbers, then 5, then none",
                    &[(0, &[]), (0, &with_ticks(&[10; 5])), (0, &[])],
                )),
            ],
        ),
        Check::visible(
            "waits_asleep",
            Category::Robustness,
            2,
            "waiting sleeps until the event",
            vec![
                asleep(equal_work("5 numbers", 5)),
                asleep_in_a_panic(equal_work("5 numbers, the second one panics", 5), 1),
            ],
        ),
    ]
}

/// Four numbers, each twice and far apart.
const PAIRS: [Number; 8] = [(9, 80), (2, 70), (9, 60), (5, 50), (2, 40), (30, 30), (5, 20), (30, 10)];

/// Those whose factorials everybody knows.
const ZERO_AND_ONE: [Number; 6] = [(0, 10), (1, 20), (0, 20), (1, 10), (2, 5), (3, 5)];

/// Five numbers, three of them equal.
const EQUAL: [Number; 5] = [(9, 30), (4, 10), (9, 20), (7, 15), (9, 10)];

/// Different numbers that are neither rising nor falling, a call of `ticks` for each. The same places have the same numbers
/// in every scenario, none of them 0 or 1. At most 101.
pub(crate) fn with_ticks(ticks: &[Ticks]) -> Vec<Number> {
    (0..).zip(ticks).map(|(place, &ticks)| ((place * 37 + 11) % 101 + 2, ticks)).collect()
}

/// One call of `parallel_factorials`, with different numbers.
pub(crate) fn distinct(label: &str, ticks: &[Ticks]) -> Scenario {
    numbers(label, &with_ticks(ticks))
}

/// The same, with equally long calls.
pub(crate) fn equal_work(label: &str, length: usize) -> Scenario {
    distinct(label, &vec![10; length])
}

/// The same, with these numbers.
pub(crate) fn numbers(label: &str, numbers: &[Number]) -> Scenario {
    calls(label, &[(0, numbers)])
}

/// Several calls, each `(lane, numbers)`.
pub(crate) fn calls(label: &str, calls: &[(u32, &[Number])]) -> Scenario {
    let mut plan = Plan::default();
    let mut made = Vec::new();
    for (call, &(lane, numbers)) in (0..).zip(calls) {
        let first = call * CALL_KEYS;
        let mut input = vec![first];
        for (key, &(number, ticks)) in (first..).zip(numbers) {
            plan.secret(COMPUTE, key, ticks);
            input.push(u64::from(number));
        }
        let request = Request { entry: PARALLEL_FACTORIALS, input: Payload::of(input) };
        made.push(Call { lane, request });
    }
    Scenario::new(label, made, plan)
}

/// The same with calls that end at once. The first thread is let in, makes its call and has it answered; only when it has nothing
/// more to do the next one is let in. So whoever takes from what all threads share takes everything.
pub(crate) fn short_calls(label: &str, length: usize) -> Scenario {
    let mut scenario = distinct(label, &vec![0; length]).entering(PARALLEL_FACTORIALS_LET_IN);
    // More than anybody starts: helpers make no calls, and have to be let in, too.
    for key in 0..4 * length as u64 + 16 {
        let then = Then::Return(Payload::default());
        scenario.plan.set(LET_IN, key, Planned::new((key + 1) * 10, then));
    }
    scenario
}

/// The same, with a call that panics, by its place.
pub(crate) fn panicking(mut scenario: Scenario, place: u64) -> Scenario {
    scenario.plan.end(COMPUTE, place, Then::Panic(format!("input {place} is bad")));
    scenario
}

/// Every call of the work once.
const ONCE: EachOnce = EachOnce { kind: COMPUTE, noun: INPUT };

/// Calls that are made at the same time run at the same time: each begins at once. No number of workers is given to any.
const ALONE: EachCallAlone = EachCallAlone { kind: COMPUTE, workers: Vec::new(), argument: "numbers" };

/// Every number worked once, and every result there.
pub(crate) fn all_results(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(AllResults { kind: COMPUTE, noun: INPUT })
}

/// A thread for each call.
pub(crate) fn own_threads(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(ONCE).and(OwnThreads { kind: COMPUTE, function: "compute" })
}

/// All calls at the same time.
pub(crate) fn together(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(AllTogether { kind: COMPUTE, noun: INPUT })
}

/// The results in the order of the numbers.
pub(crate) fn in_order(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(ResultsInOrder { kind: COMPUTE, noun: INPUT })
}

/// A panic of this place, and of those that panic already, reaches the caller; no number is worked twice.
pub(crate) fn panics(scenario: Scenario, place: u64) -> Case {
    Case::of(panicking(scenario, place)).and(PanicReachesCaller { function: "compute" }).and(ONCE)
}

/// Several calls, in the first of which this place panics: the others don't feel it.
pub(crate) fn after_a_panic(scenario: Scenario, place: u64) -> Case {
    let stays = PanicStaysInItsCall { function: "compute" };
    Case::of(panicking(scenario, place)).and(stays).and(ResultsInOrder { kind: COMPUTE, noun: INPUT })
}

/// No busy-waiting, no fixed sleeps.
pub(crate) fn asleep(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(WaitsAsleep)
}

/// The same where this place panics.
pub(crate) fn asleep_in_a_panic(scenario: Scenario, place: u64) -> Case {
    Case::of(panicking(scenario, place)).and(WaitsAsleep)
}

/// Nothing in progress at the end.
pub(crate) fn nothing_left(scenario: Scenario) -> Case {
    Case::of(scenario).and(NothingLeft { function: "compute" })
}
