//! The hidden suites: a module per exercise.
//!
//! Each takes the visible suite, from the very file that students have, and adds cases: so whatever fails a visible check
//! fails the same check here. The seed decides the schedules that are not fixed; the same seed gives the same suite.

mod e01;
mod e02;
mod e03;
mod e04;
mod e05;

use std::sync::Arc;

use judge::scenario::Scenario;
use judge::suite::{Case, Suite};
use judge::wire::{Payload, Request};

/// The suites of all exercises, in order.
#[must_use]
pub fn suites(seed: u64) -> Vec<Suite> {
    vec![e01::suite(seed), e02::suite(seed), e03::suite(seed), e04::suite(seed), e05::suite(seed)]
}

/// What students are given of the same: the suites of `cargo test`, in the same order. Each check there is a check here, which
/// begins with the same cases.
#[must_use]
pub fn visible_suites() -> Vec<Suite> {
    vec![
        e01::visible::suite(),
        e02::visible::suite(),
        e03::visible::suite(),
        e04::visible::suite(),
        e05::visible::suite(),
    ]
}

/// What is timed of an exercise where its answers are measured with real work. Nothing of it decides a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// The call of the student's function. The keys of its inputs begin at 0.
    pub request: Request,
    /// Which of the supplied functions does the work.
    pub kind: u16,
    /// How many calls of it that makes; all of them do the same amount of work.
    pub calls: u64,
}

/// The workload of an exercise on a machine with so many cores; `None` where there is nothing to measure: an event loop has
/// one thread.
#[must_use]
pub fn workload(exercise: &str, cores: usize) -> Option<Workload> {
    match exercise {
        "01" => Some(e01::workload(cores)),
        "02" => Some(e02::workload(cores)),
        "03" => Some(e03::workload(cores)),
        _ => None,
    }
}

/// So many calls of equal work that a pool with a worker for each core has no core idle at the end.
fn pooled(cores: usize, input: impl FnOnce(u64, u64) -> Payload) -> Workload {
    let workers = cores.clamp(1, WORKERS_AT_MOST);
    let (workers, calls) = (workers as u64, 100_usize.next_multiple_of(workers) as u64);
    Workload { request: Request { entry: 0, input: input(workers, calls) }, kind: 0, calls }
}

/// How fast an answer gets as it may use more: the same inputs, all of the same length, again and again.
pub struct Scaling {
    /// The check that this belongs to.
    pub check: &'static str,
    /// What there is more and more of: `workers`.
    pub of: &'static str,
    /// The runs, in rising order.
    pub steps: Vec<Step>,
}

/// One run of a [`Scaling`].
pub struct Step {
    /// How many calls of the supplied work may be in flight. The least makespan is the work of all inputs divided by this.
    pub at_most: u64,
    /// What is played.
    pub scenario: Arc<Scenario>,
}

/// What is played of an exercise to draw how fast its answers get, beside its checks. Nothing of it decides a verdict.
#[must_use]
pub fn scaling(exercise: &str) -> Option<Scaling> {
    let scaling = |check, of, scenario: fn(usize) -> Case| {
        let steps = [1, 2, 4, 8, 16, 32, 64];
        let step = |&at_most: &usize| Step { at_most: at_most as u64, scenario: scenario(at_most).scenario };
        Scaling { check, of, steps: steps.iter().map(step).collect() }
    };
    match exercise {
        "01" => Some(scaling("runs_all_calls_together", "numbers", e01::scaling)),
        "02" => Some(scaling("keeps_every_worker_busy", "workers", e02::scaling)),
        "03" => Some(scaling("speeds_up_even_work", "workers", e03::scaling)),
        "04" => Some(scaling("always_uses_the_limit", "limit", e04::scaling)),
        "05" => Some(scaling("runs_tasks_at_the_same_time", "tasks", e05::scaling)),
        _ => None,
    }
}

/// The contract allows no more.
const WORKERS_AT_MOST: usize = 1024;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_exercise_is_worth_ten_points_names_its_checks_once_and_gives_no_hidden_check_away() {
        for suite in suites(0) {
            assert_eq!(suite.tenths(), 100, "{}", suite.id);
            let ids: BTreeSet<_> = suite.checks.iter().map(|check| check.id).collect();
            assert_eq!(ids.len(), suite.checks.len(), "{}", suite.id);
            for check in &suite.checks {
                assert!(!check.cases.is_empty(), "{} {} is proven by nothing", suite.id, check.id);
            }
            if let Some((gate, check)) = suite.told_too_early().next() {
                panic!("{}: whoever sees {} is told of {}", suite.id, check.id, gate.id);
            }
        }
    }

    /// What lets `grader verify` tell from one judging what `cargo test` says.
    #[test]
    fn every_check_is_a_visible_one_and_begins_with_its_cases() {
        for (suite, visible) in suites(3).iter().zip(visible_suites()) {
            let ids = |suite: &Suite| suite.checks.iter().map(|check| check.id).collect::<Vec<_>>();
            assert_eq!(ids(suite), ids(&visible));
            for (check, visible) in suite.checks.iter().zip(&visible.checks) {
                let scenarios = |check: &judge::suite::Check| {
                    let cases = check.cases.iter().take(visible.cases.len());
                    cases.map(|case| case.scenario.as_ref().clone()).collect::<Vec<_>>()
                };
                assert_eq!(scenarios(check), scenarios(visible), "{} {}", suite.id, check.id);
            }
        }
    }

    /// A report tells cases apart by their labels.
    #[test]
    fn cases_with_equal_labels_play_the_same() {
        for suite in suites(7) {
            let mut known = std::collections::HashMap::new();
            for case in suite.checks.iter().flat_map(|check| &check.cases) {
                let scenario = format!("{:?}", case.scenario);
                let before = known.insert(case.scenario.label.clone(), scenario.clone());
                assert!(
                    before.is_none_or(|before| before == scenario),
                    "{} {}",
                    suite.id,
                    case.scenario.label
                );
            }
        }
    }

    /// Twice as many halve the least makespan, down to that of one input.
    #[test]
    fn a_scaling_is_ideal_as_a_straight_line_and_belongs_to_a_check() {
        for suite in suites(0) {
            let scaling = scaling(suite.id).expect("every exercise is about speed");
            assert!(suite.check(scaling.check).is_some(), "{} {}", suite.id, scaling.check);
            for step in &scaling.steps {
                let mut ticks = step.scenario.plan.of_kind(0).map(|(_, planned)| planned.ticks);
                let inputs = step.scenario.plan.of_kind(0).count() as u64;
                let first = ticks.next();
                assert!(ticks.all(|ticks| Some(ticks) == first), "{} {}", suite.id, step.scenario.label);
                assert!(inputs.is_multiple_of(step.at_most), "{} {}", suite.id, step.scenario.label);
            }
        }
    }

    #[test]
    fn the_threads_of_three_exercises_have_the_same_work_on_every_core() {
        for cores in [1, 2, 3, 16, 100, 5_000] {
            for exercise in ["01", "02", "03"] {
                let workload = workload(exercise, cores).expect("it is measured");
                let busy = (cores as u64).min(if exercise == "01" { 64 } else { 1024 });
                assert!(workload.calls >= busy, "{exercise} on {cores} cores");
                assert!(
                    exercise == "01" || workload.calls.is_multiple_of(busy),
                    "{exercise} on {cores} cores"
                );
            }
        }
        assert_eq!((workload("04", 2), workload("05", 2)), (None, None));
    }

    #[test]
    fn the_seed_changes_schedules() {
        let schedules = |seed| {
            let suites = suites(seed);
            let cases = suites.iter().flat_map(|suite| &suite.checks).flat_map(|check| &check.cases);
            cases.map(|case| format!("{:?}", case.scenario.plan)).collect::<Vec<_>>()
        };
        assert_eq!(schedules(1), schedules(1));
        assert_ne!(schedules(1), schedules(2));
    }
}
