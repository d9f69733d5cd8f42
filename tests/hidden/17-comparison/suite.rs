//! Exercise 17, comparison: more jobs, more cores and workers, times by chance, and many more questions.

use super::shared::{COMPUTE, FETCH, Question, THREADS};
use super::visible;

use crate::{Exercise, Growth, Workload};
use judge::scenario::durations;
use judge::suite::{Case, Suite};
use judge::wire::{Payload, Request};
use visible::cases::{heavy_first, machine, reversed};
use visible::jobs::{Jobs, Way};
use visible::predicted::{names, of_each, predicts};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise = Exercise {
    suite,
    visible: visible::suite,
    scaling: Some(Growth { check: "overlaps_on_threads", of: "workers", case: scaling }),
    workload: Some(workload),
};

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("works_one_after_another", [by_chance(seed, 10).on_cores(4).in_time(Way::Sequential)]);
    suite.extend("overlaps_on_threads", on_threads(seed));
    suite.extend("overlaps_waiting_on_the_loop", [by_chance(seed, 40).on_cores(4).in_time(Way::EventLoop)]);
    suite.extend("overlaps_both", both(seed));
    suite.extend("works_every_job", Way::all(16).map(|way| by_chance(seed, 60).on_cores(4).works(way)));
    suite.extend("keeps_the_order", Way::all(7).map(|way| by_chance(seed, 60).on_cores(4).in_order(way)));
    suite.extend("predicts_each_time", [predicts("times by chance", &questions(seed, 200))]);
    let without_rounds: Vec<Question> = questions(seed.wrapping_add(1), 100);
    suite.extend("names_the_fastest", [names("times by chance", &without_rounds)]);
    let panics = [FETCH, COMPUTE].map(|kind| by_chance(seed, 20).on_cores(3).panicking(kind, seed % 20));
    suite.extend(
        "survives_a_panic",
        panics.iter().flat_map(|jobs| Way::all(5).map(|way| jobs.passes_the_panic_on(way))),
    );
    suite.extend(
        "refuses_zero_workers",
        [Way::Threads(0), Way::Mixed(0)].map(|way| Jobs::equal(30, 10, 10).on_cores(4).refuses(way)),
    );
    suite.extend(
        "leaves_nothing_running",
        Way::all(5).map(|way| heavy_first(20).on_cores(3).leaves_nothing(way)),
    );
    suite
}

/// 64 jobs that only wait, more and more workers.
fn scaling(workers: usize) -> Case {
    Jobs::equal(64, 100, 0).in_time(Way::Threads(workers))
}

fn by_chance(seed: u64, number: usize) -> Jobs {
    let fetches = durations::shuffled(number, seed.wrapping_add(1));
    let computes = durations::shuffled(number, seed.wrapping_add(2));
    Jobs::new(&format!("{number} jobs, times by chance"), fetches.into_iter().zip(computes))
}

fn on_threads(seed: u64) -> Vec<Case> {
    vec![
        Jobs::equal(100, 10, 0).in_time(Way::Threads(16)),
        Jobs::equal(100, 0, 10).on_cores(3).in_time(Way::Threads(16)),
        Jobs::equal(100, 0, 10).on_cores(16).in_time(Way::Threads(16)),
        Jobs::equal(16, 30, 10).on_cores(1).in_time(Way::Threads(16)),
        by_chance(seed, 60).on_cores(4).in_time(Way::Threads(7)),
        heavy_first(40).on_cores(16).in_time(Way::Threads(16)),
    ]
}

fn both(seed: u64) -> Vec<Case> {
    vec![
        Jobs::equal(100, 30, 10).on_cores(3).in_time(Way::Mixed(16)),
        Jobs::equal(100, 30, 10).on_cores(16).in_time(Way::Mixed(16)),
        by_chance(seed, 60).on_cores(4).in_time(Way::Mixed(7)),
        by_chance(seed, 60).on_cores(4).in_time(Way::Mixed(1)),
        reversed(40).on_cores(2).in_time(Way::Mixed(5)),
    ]
}

/// Shapes and machines as `predict` is asked of them.
fn questions(seed: u64, number: usize) -> Vec<Question> {
    let numbers = |offset: u64| durations::shuffled(number, seed.wrapping_mul(31).wrapping_add(offset));
    let columns = [1, 2, 3, 4].map(numbers);
    let question = |i: usize| {
        let [a, b, c, d] = columns.each_ref().map(|column| column[i]);
        let (jobs, workers) = (a % 40, 1 + b % 64);
        let shape = match i % 3 {
            0 => (jobs, c, 0),
            1 => (jobs, 0, c),
            _ => (jobs.min(workers), c, d),
        };
        let asked = machine(shape, 1 + d % 16, workers);
        Question { one_at_a_time: !i.is_multiple_of(2), process_start: b % 50 * (i as u64 % 4), ..asked }
    };
    (0..number).map(question).flat_map(of_each).collect()
}

/// The number of workers, then that of the jobs.
fn workload(cores: usize) -> Workload {
    let pooled = crate::pooled(cores, |workers, calls| Payload::of([workers, calls]));
    Workload { request: Request { entry: THREADS, ..pooled.request }, kind: COMPUTE, ..pooled }
}
