//! The promises of `run_jobs` and the cases that put them to the proof.
//!
//! [`suite`] holds the visible cases. The builders below it make further cases with the same policies.

use std::sync::Arc;

use judge::checks::{
    CALL_KEYS, DeliveredAsEnded, DeliveredAtOnce, EachDelivered, EachOnce, KeepsBusy, MostInFlight,
    NothingLeft, OnCaller, PanicReachesCaller, PanicsNaming, Policy, Queue, Returns, WaitsAsleep,
};
use judge::scenario::{Call, Limits, Plan, Planned, Scenario, Then, Ticks, durations};
use judge::suite::{Case, Category, Check, Suite, Visibility};
use judge::wire::{Payload, Request};

/// The supplied functions `work` and `on_result`.
const WORK: u16 = 0;
const ON_RESULT: u16 = 1;

/// What an input of `work` is called.
const JOB: &str = "job";

/// How results travel.
const QUEUE: Queue = Queue { work: WORK, delivery: ON_RESULT, function: "on_result", noun: JOB };

/// The visible suite.
pub(crate) fn suite() -> Suite {
    let check = |id, category, tenths, promise, cases| Check {
        id,
        category,
        visibility: Visibility::Visible,
        tenths,
        promise,
        cases,
    };
    Suite {
        id: "02",
        name: "result-queue",
        checks: vec![
            check(
                "delivers_a_few_results",
                Category::Correctness,
                4,
                "each job is worked, and its result delivered",
                vec![delivers(jobs("3 jobs, 2 workers", 2, &[10; 3]))],
            ),
            check(
                "delivers_each_result_once",
                Category::Correctness,
                16,
                "each job is worked once, and its result delivered once, under its own index",
                vec![
                    delivers(jobs("12 jobs, 4 workers, the first ends last", 4, &durations::reversed(12))),
                    delivers(jobs("5 jobs, 1 worker", 1, &[10; 5])),
                    delivers(busy(jobs("12 jobs, 4 workers, `on_result` is slow", 4, &[10; 12]), 25)),
                ],
            ),
            check(
                "works_on_other_threads",
                Category::Correctness,
                8,
                "`work` never runs on the calling thread, `on_result` nowhere else",
                vec![
                    apart(jobs("12 jobs, 4 workers", 4, &[10; 12])),
                    apart(jobs("5 jobs, 1 worker", 1, &[10; 5])),
                ],
            ),
            check(
                "delivers_in_the_order_of_completion",
                Category::Ordering,
                16,
                "the results arrive in the order in which the jobs finish, also while `on_result` is busy",
                vec![
                    as_ended(jobs("8 jobs, 8 workers, the first ends last", 8, &durations::reversed(8))),
                    as_ended(held(
                        jobs("6 jobs, 6 workers, four end while `on_result` is busy", 6, &HELD),
                        5,
                        100,
                    )),
                ],
            ),
            check(
                "delivers_a_result_at_once",
                Category::Ordering,
                14,
                "a result is delivered when its job finishes, or as soon as `on_result` is free",
                vec![
                    at_once(jobs("12 jobs, 4 workers, shuffled", 4, &durations::shuffled(12, 1))),
                    at_once(busy(jobs("12 jobs, 4 workers, `on_result` is slow", 4, &[10; 12]), 25)),
                ],
            ),
            check(
                "keeps_every_worker_busy",
                Category::Speedup,
                20,
                "a new job starts as soon as a worker is free",
                vec![
                    keeps_busy(jobs("40 equal jobs, 4 workers", 4, &[10; 40]), 4),
                    keeps_busy(
                        jobs("12 jobs, 4 workers, the first three heavy", 4, &durations::heavy(12, 0..3)),
                        4,
                    ),
                ],
            ),
            check(
                "respects_the_worker_limit",
                Category::Robustness,
                6,
                "at most `workers` calls of `work` are in flight",
                vec![
                    within_limit(jobs("40 equal jobs, 4 workers", 4, &[10; 40]), 4),
                    within_limit(jobs("5 jobs, 1 worker", 1, &[10; 5]), 1),
                ],
            ),
            check(
                "copes_with_few_jobs",
                Category::Robustness,
                3,
                "no jobs return at once; more workers than jobs are fine",
                vec![
                    delivers(jobs("no jobs, 4 workers", 4, &[])),
                    delivers(jobs("3 jobs, 16 workers", 16, &[10; 3])),
                ],
            ),
            check(
                "passes_a_panic_on",
                Category::Robustness,
                5,
                "a panic in `work` or in `on_result` makes the call panic, and never hangs it",
                vec![
                    work_panics(jobs("12 jobs, 4 workers, job 5 panics", 4, &[10; 12]), 5),
                    on_result_panics(
                        jobs("12 jobs, 4 workers, `on_result` panics for job 5", 4, &[10; 12]),
                        5,
                    ),
                ],
            ),
            check(
                "refuses_zero_workers",
                Category::Robustness,
                2,
                "0 workers panic with `workers` in the message",
                vec![
                    refuses(jobs("3 jobs, 0 workers", 0, &[10; 3])),
                    refuses(jobs("no jobs, 0 workers", 0, &[])),
                ],
            ),
            check(
                "waits_asleep",
                Category::Robustness,
                2,
                "waiting sleeps until the event",
                vec![asleep(jobs("12 jobs, 4 workers", 4, &[10; 12]))],
            ),
            check(
                "leaves_nothing_running",
                Category::Robustness,
                2,
                "when the call ends, no call of `work` is in progress",
                vec![
                    nothing_left(jobs("12 jobs, 4 workers", 4, &[10; 12])),
                    nothing_left(panicking(WORK, jobs("12 jobs, 4 workers, job 5 panics", 4, &[10; 12]), 5)),
                ],
            ),
            check(
                "can_be_called_again",
                Category::Robustness,
                2,
                "a call depends on its arguments alone",
                vec![several(
                    calls("two calls, first 4 workers, then 2", &[(0, 4, &[10; 12]), (0, 2, &[10; 12])]),
                    vec![4, 2],
                )],
            ),
        ],
    }
}

/// Job 5 ends first, and those after it neither in rising nor in falling order of their indexes.
const HELD: [Ticks; 6] = [40, 20, 50, 30, 200, 10];

/// One call of `run_jobs`.
pub(crate) fn jobs(label: &str, workers: usize, ticks: &[Ticks]) -> Scenario {
    calls(label, &[(0, workers, ticks)])
}

/// Several calls, each `(lane, workers, ticks of each job)`. `on_result` takes no time.
pub(crate) fn calls(label: &str, calls: &[(u32, usize, &[Ticks])]) -> Scenario {
    let mut plan = Plan::default();
    let mut made = Vec::new();
    for (call, &(lane, workers, ticks)) in (0..).zip(calls) {
        let first = call * CALL_KEYS;
        for (key, &ticks) in (first..).zip(ticks) {
            plan.secret(WORK, key, ticks);
            plan.secret(ON_RESULT, key, 0);
        }
        let input = Payload::of([workers as u64, first, ticks.len() as u64]);
        made.push(Call { lane, request: Request { entry: 0, input } });
    }
    Scenario { label: label.to_owned(), calls: made, plan, seed: 0, limits: Limits::default() }
}

/// The same, with an `on_result` that takes `ticks` each time.
pub(crate) fn busy(mut scenario: Scenario, ticks: Ticks) -> Scenario {
    let keys: Vec<u64> = scenario.plan.of_kind(ON_RESULT).map(|(key, _)| key).collect();
    keys.into_iter().for_each(|key| scenario.plan.secret(ON_RESULT, key, ticks));
    scenario
}

/// The same, with an `on_result` that takes `ticks` for one job.
pub(crate) fn held(mut scenario: Scenario, job: u64, ticks: Ticks) -> Scenario {
    scenario.plan.secret(ON_RESULT, job, ticks);
    scenario
}

/// The same, with a call of `work` or of `on_result` that panics, by its job.
pub(crate) fn panicking(kind: u16, mut scenario: Scenario, job: u64) -> Scenario {
    let ticks = scenario.plan.get(kind, job).map_or(10, |planned| planned.ticks);
    scenario.plan.set(kind, job, Planned { ticks, then: Then::Panic(format!("job {job} is bad")) });
    scenario
}

/// Every job worked once, and its result delivered once, under its index.
pub(crate) fn delivers(scenario: Scenario) -> Case {
    Case::new(scenario, vec![Arc::new(Returns), Arc::new(EachDelivered(QUEUE))])
}

/// `work` on other threads, `on_result` on the calling one.
pub(crate) fn apart(scenario: Scenario) -> Case {
    let work = OnCaller { kind: WORK, function: "work", always: false };
    let on_result = OnCaller { kind: ON_RESULT, function: "on_result", always: true };
    Case::new(scenario, vec![Arc::new(Returns), Arc::new(work), Arc::new(on_result)])
}

/// Delivered in the order of completion.
pub(crate) fn as_ended(scenario: Scenario) -> Case {
    Case::new(scenario, vec![Arc::new(Returns), Arc::new(DeliveredAsEnded(QUEUE))])
}

/// Delivered at once.
pub(crate) fn at_once(scenario: Scenario) -> Case {
    Case::new(scenario, vec![Arc::new(Returns), Arc::new(DeliveredAtOnce(QUEUE))])
}

/// As many in flight as can be.
pub(crate) fn keeps_busy(scenario: Scenario, workers: usize) -> Case {
    Case::new(scenario, vec![Arc::new(Returns), all_busy(vec![workers])])
}

fn all_busy(workers: Vec<usize>) -> Arc<dyn Policy> {
    Arc::new(KeepsBusy { kind: WORK, delivery: (ON_RESULT, "on_result"), workers, noun: JOB })
}

/// Never more than `workers` in flight.
pub(crate) fn within_limit(scenario: Scenario, workers: usize) -> Case {
    let limit = MostInFlight { kind: WORK, at_most: vec![workers], argument: "workers" };
    Case::new(scenario, vec![Arc::new(Returns), Arc::new(limit)])
}

/// Several calls, each with its own number of workers, each within its own bounds.
pub(crate) fn several(scenario: Scenario, workers: Vec<usize>) -> Case {
    let limit = MostInFlight { kind: WORK, at_most: workers.clone(), argument: "workers" };
    let mut case = as_ended(scenario);
    case.policies.extend([Arc::new(limit) as Arc<dyn Policy>, all_busy(workers)]);
    case
}

/// A panic of `work` or of `on_result` for this job reaches the caller; nothing is worked or delivered twice.
fn panics(kind: u16, scenario: Scenario, job: u64) -> Case {
    let function = if kind == WORK { "work" } else { "on_result" };
    let reaches = PanicReachesCaller { function };
    let once = |kind, noun| Arc::new(EachOnce { kind, noun });
    Case::new(
        panicking(kind, scenario, job),
        vec![Arc::new(reaches), once(WORK, JOB), once(ON_RESULT, "result"), Arc::new(EachDelivered(QUEUE))],
    )
}

/// A panic of `work` for this job reaches the caller; nothing is worked or delivered twice.
pub(crate) fn work_panics(scenario: Scenario, job: u64) -> Case {
    panics(WORK, scenario, job)
}

/// The same for a panic of `on_result`.
pub(crate) fn on_result_panics(scenario: Scenario, job: u64) -> Case {
    panics(ON_RESULT, scenario, job)
}

/// A panic that names the argument.
pub(crate) fn refuses(scenario: Scenario) -> Case {
    Case::new(scenario, vec![Arc::new(PanicsNaming { argument: "workers" })])
}

/// No busy-waiting, no fixed sleeps.
pub(crate) fn asleep(scenario: Scenario) -> Case {
    Case::new(scenario, vec![Arc::new(Returns), Arc::new(WaitsAsleep)])
}

/// Nothing in progress at the end.
pub(crate) fn nothing_left(scenario: Scenario) -> Case {
    Case::new(scenario, vec![Arc::new(NothingLeft { function: "work" })])
}
