//! Exercise 02, result queue: more jobs, more workers, and schedules that are built against one kind of mistake each.

use super::visible;

use judge::scenario::{Ticks, durations};
use judge::suite::{Case, Suite};
use judge::wire::Payload;

use crate::{Exercise, Growth, Workload};
use visible::cases::{
    ON_RESULT, WORK, apart, as_ended, asleep, at_once, busy, calls, delivers, first_to_end, held, jobs,
    keeps_busy, nothing_left, on_result_panics, panicking, refuses, several, within_limit, work_panics,
};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise = Exercise {
    suite,
    visible: visible::suite,
    scaling: Some(Growth { check: "keeps_every_worker_busy", of: "workers", case: scaling }),
    workload: Some(workload),
};

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("delivers_each_result_once", deliveries());
    suite.extend("works_on_other_threads", threads());
    suite.extend("delivers_in_the_order_of_completion", orders(seed));
    suite.extend("delivers_a_result_at_once", at_once_cases(seed));
    suite.extend("keeps_every_worker_busy", overlaps(seed));
    suite.extend("respects_the_worker_limit", limits(seed));
    suite.extend("copes_with_few_jobs", few());
    suite.extend("passes_a_panic_on", panics());
    suite.extend("refuses_zero_workers", [refuses(jobs("100 jobs, 0 workers", 0, &[10; 100]))]);
    suite.extend(
        "waits_asleep",
        [
            asleep(jobs("20 jobs, 4 workers, the first ends last", 4, &durations::reversed(20))),
            asleep(busy(jobs("30 jobs, 6 workers, `on_result` is slow", 6, &durations::reversed(30)), 35)),
        ],
    );
    suite.extend("leaves_nothing_running", [nothing_left(jobs("7 jobs, 16 workers", 16, &[10; 7]))]);
    suite.extend("can_be_called_again", again());
    suite
}

/// 64 jobs, more and more workers.
fn scaling(workers: usize) -> Case {
    keeps_busy(jobs(&format!("64 equal jobs, {workers} at a time"), workers, &[10; 64]), workers)
}

/// The number of workers, the key of the first job, the number of jobs.
fn workload(cores: usize) -> Workload {
    crate::pooled(cores, |workers, calls| Payload::of([workers, 0, calls]))
}

fn deliveries() -> Vec<Case> {
    vec![
        delivers(jobs("33 equal jobs, 1 worker", 1, &[10; 33])),
        delivers(jobs("101 jobs, 16 workers, shuffled", 16, &durations::shuffled(101, 1))),
        delivers(jobs("40 jobs, 40 workers, the first ends last", 40, &durations::reversed(40))),
        delivers(busy(jobs("30 jobs, 6 workers, `on_result` is slow", 6, &durations::reversed(30)), 35)),
        delivers(held(jobs("30 jobs, 6 workers, `on_result` is busy for long once", 6, &[10; 30]), 2, 1_000)),
        delivers(
            busy(jobs("3 jobs and an `on_result` that take very long", 2, &[1_000_000; 3]), 3_000_000)
                .patient(),
        ),
    ]
}

fn threads() -> Vec<Case> {
    vec![
        apart(jobs("1 job, 1 worker", 1, &[10])),
        apart(jobs("101 jobs, 16 workers, shuffled", 16, &durations::shuffled(101, 1))),
        apart(busy(jobs("30 jobs, 6 workers, `on_result` is slow", 6, &durations::reversed(30)), 35)),
    ]
}

fn orders(seed: u64) -> Vec<Case> {
    vec![
        as_ended(jobs("40 jobs, 40 workers, the first ends last", 40, &durations::reversed(40))),
        as_ended(jobs(
            "40 jobs, 3 workers, shuffled anew",
            3,
            &durations::shuffled(40, seed.wrapping_add(2)),
        )),
        as_ended(jobs(
            "40 jobs, 16 workers, blocks of 5 permuted",
            16,
            &durations::block_permuted(40, 5, seed),
        )),
        as_ended(busy(
            jobs("30 jobs, 6 workers, shuffled, `on_result` is slow", 6, &durations::shuffled(30, 4)),
            17,
        )),
        as_ended(busy(jobs("30 jobs, 6 workers, `on_result` is slow", 6, &durations::reversed(30)), 35)),
    ]
}

fn at_once_cases(seed: u64) -> Vec<Case> {
    vec![
        at_once(jobs("40 jobs, 40 workers, the first ends last", 40, &durations::reversed(40))),
        at_once(jobs("40 jobs, 3 workers, shuffled anew", 3, &durations::shuffled(40, seed.wrapping_add(2)))),
        at_once(jobs("2 jobs, 2 workers, the second one long", 2, &durations::heavy(2, 1..2))),
        at_once(jobs("5 jobs, 1 worker", 1, &[10; 5])),
        at_once(jobs("9 jobs, 8 workers, the last one long", 8, &durations::heavy(9, 8..9))),
        at_once(busy(
            jobs("30 jobs, 6 workers, shuffled, `on_result` is slow", 6, &durations::shuffled(30, 4)),
            17,
        )),
    ]
}

fn overlaps(seed: u64) -> Vec<Case> {
    let case =
        |label: &str, workers: usize, ticks: &[Ticks]| keeps_busy(jobs(label, workers, ticks), workers);
    let slow = |label: &str, workers: usize, length: usize| {
        let mut scenario = jobs(label, workers, &vec![10; length]);
        scenario.plan.slow_down_one_thread(10);
        keeps_busy(scenario, workers)
    };
    vec![
        slow("40 jobs, 4 workers, one worker ten times slower", 4, 40),
        case("40 equal jobs, 2 workers", 2, &[10; 40]),
        case("40 jobs, 4 workers, every fourth heavy", 4, &durations::strided(40, 4)),
        case("40 jobs, 4 workers, one in four much longer", 4, &durations::one_per_round(40, 4)),
        case("40 jobs, 16 workers, heavy neighbours in the middle", 16, &durations::heavy(40, 15..25)),
        case("60 jobs, 5 workers, shuffled", 5, &durations::shuffled(60, seed.wrapping_add(4))),
        keeps_busy(
            busy(
                jobs(
                    "30 jobs, 6 workers, shuffled, `on_result` takes a moment",
                    6,
                    &durations::shuffled(30, 4),
                ),
                1,
            ),
            6,
        ),
    ]
}

fn limits(seed: u64) -> Vec<Case> {
    vec![
        within_limit(jobs("130 equal jobs, 7 workers", 7, &[10; 130]), 7),
        within_limit(jobs("40 equal jobs, 2 workers", 2, &[10; 40]), 2),
        within_limit(
            jobs("60 jobs, 5 workers, shuffled", 5, &durations::shuffled(60, seed.wrapping_add(4))),
            5,
        ),
        within_limit(
            busy(jobs("30 jobs, 6 workers, `on_result` is slow", 6, &durations::reversed(30)), 35),
            6,
        ),
    ]
}

fn few() -> Vec<Case> {
    vec![
        delivers(jobs("no jobs, 1 worker", 1, &[])),
        delivers(jobs("1 job, 1 worker", 1, &[10])),
        delivers(jobs("1 job, 4 workers", 4, &[10])),
        delivers(jobs("2 jobs, 100 workers", 100, &[10; 2])),
    ]
}

fn panics() -> Vec<Case> {
    let shuffled = durations::shuffled(20, 2);
    let rising: Vec<Ticks> = (1..=8).map(|job| 10 * job).collect();
    vec![
        work_panics(jobs("12 jobs, 4 workers, job 0 panics", 4, &[10; 12]), 0),
        work_panics(jobs("12 jobs, 4 workers, job 11 panics", 4, &[10; 12]), 11),
        work_panics(jobs("1 job, 1 worker, it panics", 1, &[10]), 0),
        work_panics(jobs("20 jobs, 4 workers, job 7 panics", 4, &shuffled), 7),
        work_panics(
            busy(jobs("20 jobs, 4 workers, job 7 panics while `on_result` is busy", 4, &shuffled), 40),
            7,
        ),
        on_result_panics(jobs("1 job, 1 worker, `on_result` panics", 1, &[10]), 0),
        on_result_panics(jobs("12 jobs, 1 worker, `on_result` panics for job 3", 1, &[10; 12]), 3),
        on_result_panics(
            busy(jobs("20 jobs, 4 workers, a slow `on_result` panics for the first", 4, &shuffled), 40),
            first_to_end(&shuffled[..4]),
        ),
        on_result_panics(jobs("20 jobs, 4 workers, `on_result` panics for job 0", 4, &shuffled), 0),
        several_panic(),
        several_panic_at_the_end(),
        work_panics(
            panicking(
                ON_RESULT,
                jobs("8 jobs, 4 workers, job 0 panics, then `on_result` for job 1", 4, &rising),
                1,
            ),
            0,
        ),
        on_result_panics(
            panicking(
                WORK,
                jobs(
                    "12 jobs, 4 workers, `on_result` panics for job 0, job 1 at the same time",
                    4,
                    &[10; 12],
                ),
                1,
            ),
            0,
        ),
    ]
}

/// Every worker has one.
fn several_panic() -> Case {
    let jobs = jobs("12 jobs, 4 workers, all jobs panic", 4, &[10; 12]);
    work_panics((0..11).fold(jobs, |jobs, job| panicking(WORK, jobs, job)), 11)
}

/// One after the other, when nothing is left to be taken.
fn several_panic_at_the_end() -> Case {
    let jobs = jobs("4 jobs, 4 workers, three panic one after the other", 4, &[10, 20, 30, 40]);
    work_panics([1, 2].into_iter().fold(jobs, |jobs, job| panicking(WORK, jobs, job)), 3)
}

fn again() -> Vec<Case> {
    let few: &[Ticks] = &[10; 12];
    let falling = durations::reversed(20);
    let each = |label: &str, made: &[(u32, usize, &[Ticks])]| {
        let workers = made.iter().map(|(_, workers, _)| *workers).collect();
        several(calls(label, made), workers)
    };
    vec![
        each("two calls, first 7 workers, then 2", &[(0, 7, &falling), (0, 2, few)]),
        each("two calls at the same time, 2 and 4 workers", &[(0, 2, &falling), (1, 4, few)]),
    ]
}
