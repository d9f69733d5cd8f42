//! The promises of `run_all` and the cases that put them to the proof.
//!
//! [`suite`] holds the visible cases. The builders below it make further cases with the same policies.

use judge::checks::{
    DeliveredAsEnded, DeliveredAtOnce, EachDelivered, KeepsBusy, MostInFlight, NothingLeft,
    PanicReachesCaller, PanicsNaming, Queue, Returns, WaitsAsleep,
};
use judge::scenario::{Call, Plan, Scenario, Then, Ticks, durations};
use judge::suite::{Case, Category, Check, Suite};
use judge::wire::{Payload, Request};

use super::shared::{ON_RESULT, WORK};

/// What an input of `work` is called.
const JOB: &str = "job";

/// How results travel.
const QUEUE: Queue = Queue { work: WORK, delivery: ON_RESULT, function: "on_result", noun: JOB };

/// The visible suite: 100 tenths of a point. The first check is the gate: keep it the simplest.
pub(crate) fn suite() -> Suite {
    Suite {
        id: "NN",
        name: "SLUG",
        supplied: &["work", "on_result"],
        checks: vec![
            Check::visible(
                "delivers_each_result_once",
                Category::Correctness,
                20,
                "each job is worked, and its result delivered under its own index",
                vec![
                    delivers(jobs("3 jobs, 2 workers", 2, &[10; 3])),
                    delivers(jobs("no jobs, 4 workers", 4, &[])),
                    delivers(jobs("7 jobs, 16 workers", 16, &[10; 7])),
                ],
            ),
            Check::visible(
                "keeps_every_worker_busy",
                Category::Speedup,
                40,
                "a job starts as soon as a worker is free",
                vec![
                    keeps_busy(jobs("40 equal jobs, 4 workers", 4, &[10; 40]), 4),
                    keeps_busy(
                        jobs("12 jobs, 4 workers, the first three heavy", 4, &durations::heavy(12, 0..3)),
                        4,
                    ),
                ],
            ),
            Check::visible(
                "delivers_as_jobs_finish",
                Category::Ordering,
                20,
                "a result is delivered when its job finishes, whatever ends first",
                vec![
                    as_ended(jobs("8 jobs, 8 workers, the first ends last", 8, &durations::reversed(8))),
                    as_ended(jobs("12 jobs, 4 workers, shuffled", 4, &durations::shuffled(12, 1))),
                ],
            ),
            Check::visible(
                "keeps_its_manners",
                Category::Robustness,
                20,
                "it refuses 0 workers, keeps the limit, passes panics on, and leaves nothing running",
                vec![
                    refuses(jobs("3 jobs, 0 workers", 0, &[10; 3])),
                    within_limit(jobs("20 equal jobs, 4 workers", 4, &[10; 20]), 4),
                    panics(jobs("12 jobs, 4 workers, job 5 panics", 4, &[10; 12]), 5),
                ],
            ),
        ],
    }
}

/// One call of `run_all`. `on_result` takes no time.
pub(crate) fn jobs(label: &str, workers: usize, ticks: &[Ticks]) -> Scenario {
    let mut plan = Plan::default();
    for (key, &ticks) in (0..).zip(ticks) {
        plan.secret(WORK, key, ticks);
        plan.secret(ON_RESULT, key, 0);
    }
    let input = Payload::of([workers as u64, 0, ticks.len() as u64]);
    Scenario::new(label, vec![Call { lane: 0, request: Request { entry: 0, input } }], plan)
}

/// Every job worked once, and its result delivered once, under its index.
pub(crate) fn delivers(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(EachDelivered(QUEUE))
}

/// Delivered at once, in the order of completion.
pub(crate) fn as_ended(scenario: Scenario) -> Case {
    Case::of(scenario).and(Returns).and(DeliveredAsEnded(QUEUE)).and(DeliveredAtOnce(QUEUE))
}

/// As many in flight as can be.
pub(crate) fn keeps_busy(scenario: Scenario, workers: usize) -> Case {
    let busy =
        KeepsBusy { kind: WORK, delivery: Some((ON_RESULT, "on_result")), workers: vec![workers], noun: JOB };
    Case::of(scenario).and(Returns).and(busy)
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

/// A panic of `work` for this job reaches the caller.
pub(crate) fn panics(mut scenario: Scenario, job: u64) -> Case {
    scenario.plan.end(WORK, job, Then::Panic(format!("job {job} is bad")));
    Case::of(scenario).and(PanicReachesCaller { function: "work" })
}
