//! Scenarios of `run_jobs`, and the cases that each promise makes of them.

use std::sync::Arc;

use judge::checks::{
    CALL_KEYS, DeliveredAsEnded, DeliveredAtOnce, EachDelivered, KeepsBusy, MostInFlight, NothingLeft,
    OnCaller, PanicReachesCaller, PanicsNaming, Policy, Queue, Returns, WaitsAsleep,
};
use judge::scenario::{Call, Limits, Plan, Planned, Scenario, Then, Ticks};
use judge::suite::Case;
use judge::wire::{Payload, Request};

/// The supplied functions `work` and `on_result`, as the adapter numbers them.
pub(crate) const WORK: u16 = 0;
pub(crate) const ON_RESULT: u16 = 1;

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
    Scenario {
        label: label.to_owned(),
        calls: made,
        plan,
        seed: 0,
        limits: Limits::default(),
        event_loop: false,
    }
}

/// The same, with an `on_result` that takes `ticks` each time.
pub(crate) fn busy(mut scenario: Scenario, ticks: Ticks) -> Scenario {
    let keys: Vec<u64> = scenario.plan.of_kind(ON_RESULT).map(|(key, _)| key).collect();
    for key in keys {
        scenario.plan.secret(ON_RESULT, key, ticks);
    }
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
    Arc::new(KeepsBusy { kind: WORK, delivery: Some((ON_RESULT, "on_result")), workers, noun: JOB })
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
    Case::new(panicking(kind, scenario, job), vec![Arc::new(reaches), Arc::new(EachDelivered(QUEUE))])
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
