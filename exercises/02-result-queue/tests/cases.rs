//! Scenarios of `run_jobs`, and the cases that each promise makes of them.

use judge::checks::{
    CALL_KEYS, DeliveredAsEnded, DeliveredAtOnce, EachCallAlone, EachDelivered, KeepsBusy, MostInFlight,
    NothingLeft, OnCaller, PanicReachesCaller, PanicStaysInItsCall, PanicsNaming, Queue, Returns,
    WaitsAsleep,
};
use judge::scenario::{Call, Plan, Scenario, Then, Ticks};
use judge::suite::Case;
use judge::wire::{Payload, Request};

/// The supplied functions `work` and `on_result`, as the adapter numbers them.
pub(crate) const WORK: u16 = 0;
pub(crate) const ON_RESULT: u16 = 1;

/// Their panics have a `&str`, or no text, as the adapter numbers it; without these a `String`.
pub(crate) const RAISES_STR: u16 = 1;
pub(crate) const RAISES_NUMBER: u16 = 2;

/// What an input of `work` is called.
const JOB: &str = "job";

/// How results travel.
const QUEUE: Queue = Queue { work: WORK, delivery: ON_RESULT, function: "on_result", noun: JOB };

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
    Scenario::new(label, made, plan)
}

/// The same, with an `on_result` that takes `ticks` each time.
pub(crate) fn busy(mut scenario: Scenario, ticks: Ticks) -> Scenario {
    let keys: Vec<u64> = scenario.plan.of_kind(ON_RESULT).map(|(key, _)| key).collect();
    for key in keys {
        scenario.plan.secret(ON_RESULT, key, ticks);
    }
    scenario
}

/// The same, with one worker that is ten times slower.
pub(crate) fn one_slower(mut scenario: Scenario) -> Scenario {
    scenario.plan.slow_down_one_thread(10);
    scenario
}

/// The same, with an `on_result` that takes `ticks` for one job.
pub(crate) fn held(mut scenario: Scenario, job: u64, ticks: Ticks) -> Scenario {
    scenario.plan.secret(ON_RESULT, job, ticks);
    scenario
}

/// The same, with a call of `work` or of `on_result` that panics, by its job.
pub(crate) fn panicking(kind: u16, mut scenario: Scenario, job: u64) -> Scenario {
    scenario.plan.end(kind, job, Then::Panic(format!("job {job} is bad")));
    scenario
}

/// Every job worked once, and its result delivered once, under its index.
pub(crate) fn delivers(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(EachDelivered(QUEUE))
}

/// `work` on other threads, `on_result` on the calling one.
pub(crate) fn apart(scenario: Scenario) -> Case {
    let on_result = OnCaller { kind: ON_RESULT, function: "on_result", always: true };
    Case::of(scenario).and(Returns).and(WORK_ELSEWHERE).and(on_result)
}

const WORK_ELSEWHERE: OnCaller = OnCaller { kind: WORK, function: "work", always: false };

/// Delivered in the order of completion.
pub(crate) fn as_ended(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(DeliveredAsEnded(QUEUE))
}

/// Delivered at once.
pub(crate) fn at_once(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(DeliveredAtOnce(QUEUE))
}

/// As many in flight as can be.
pub(crate) fn keeps_busy(scenario: Scenario, workers: usize) -> Case {
    let busy =
        KeepsBusy { kind: WORK, delivery: Some((ON_RESULT, "on_result")), workers: vec![workers], noun: JOB };
    Case::of(scenario).and(Returns).and(busy)
}

/// Never more than `workers` in flight.
pub(crate) fn within_limit(scenario: Scenario, workers: usize) -> Case {
    Case::of(scenario).and(Returns).and(limits(vec![workers]))
}

/// Several calls, each with its own number of workers, none of which feels the others.
pub(crate) fn several(scenario: Scenario, workers: Vec<usize>) -> Case {
    let alone = EachCallAlone { kind: WORK, workers: workers.clone(), argument: "workers" };
    as_ended(scenario).and(limits(workers)).and(alone)
}

/// Several calls, in the first of which this job panics: the others don't feel it.
pub(crate) fn after_a_panic(scenario: Scenario, workers: Vec<usize>, job: u64) -> Case {
    let alone = EachCallAlone { kind: WORK, workers: workers.clone(), argument: "workers" };
    let stays = PanicStaysInItsCall { function: "work" };
    Case::of(panicking(WORK, scenario, job))
        .and(stays)
        .and(EachDelivered(QUEUE))
        .and(limits(workers))
        .and(alone)
}

pub(crate) fn limits(at_most: Vec<usize>) -> MostInFlight {
    MostInFlight { kind: WORK, at_most, argument: "workers" }
}

/// A panic of `work` or of `on_result` for this job reaches the caller; nothing is worked or delivered twice, and what else is
/// worked is on other threads as ever.
fn panics(kind: u16, scenario: Scenario, job: u64) -> Case {
    let function = if kind == WORK { "work" } else { "on_result" };
    Case::of(panicking(kind, scenario, job))
        .and(PanicReachesCaller { function })
        .and(EachDelivered(QUEUE))
        .and(WORK_ELSEWHERE)
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
    Case::of(scenario).and(PanicsNaming { argument: "workers" })
}

/// No busy-waiting, no fixed sleeps.
pub(crate) fn asleep(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(WaitsAsleep)
}

/// The same where this job panics.
pub(crate) fn asleep_in_a_panic(scenario: Scenario, job: u64) -> Case {
    Case::of(panicking(WORK, scenario, job)).and(WaitsAsleep)
}

/// Nothing in progress at the end.
pub(crate) fn nothing_left(scenario: Scenario) -> Case {
    Case::of(scenario).and(NothingLeft { function: "work" })
}

/// The job that ends first where all start together.
pub(crate) fn first_to_end(ticks: &[Ticks]) -> u64 {
    (0..).zip(ticks).min_by_key(|(_, ticks)| **ticks).map_or(0, |(job, _)| job)
}
