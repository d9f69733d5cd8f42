//! What must hold of every exercise's suites, whatever it is about. The tests ask it of all of them, and `grader check` of one.

use std::collections::{BTreeSet, HashMap};

use judge::scenario::Scenario;
use judge::suite::{Category, Check, Suite};

use crate::{EXERCISES, Exercise, Scaling};

/// What an exercise's checks are worth together, in tenths of a point.
const TENTHS: u32 = 100;

/// The seeds that rules are tried with: what holds for a few holds for all, unless somebody means harm.
const SEEDS: [u64; 2] = [0, 7];

/// Which rules the suites of the exercise in this folder (`03-ordered-map`) break, each as a sentence; `None` where there is no such
/// exercise.
#[must_use]
pub fn broken(slug: &str) -> Option<Vec<String>> {
    let (_, exercise) = EXERCISES.iter().find(|(known, _)| *known == slug)?;
    let mut broken = BTreeSet::new();
    for seed in SEEDS {
        let suite = (exercise.suite)(seed);
        broken.extend(of_checks(slug, &suite));
        broken.extend(of_labels(&suite));
        broken.extend(of_visible(&suite, &(exercise.visible)()));
    }
    broken.extend(of_scaling(exercise, slug));
    Some(broken.into_iter().collect())
}

/// What every contract promises something of. Speed and order are promised where the task has them: of several threads that want
/// one lock, for instance, nobody is promised a turn.
const ALWAYS: [Category; 2] = [Category::Correctness, Category::Robustness];

fn of_checks(slug: &str, suite: &Suite) -> Vec<String> {
    let mut broken = Vec::new();
    let named = format!("{}-{}", suite.id, suite.name);
    if named != slug {
        broken.push(format!("the suite says that it is `{named}`, and its folder is `{slug}`"));
    }
    if suite.tenths() != TENTHS {
        broken.push(format!(
            "the checks are worth {} tenths of a point together, not {TENTHS}",
            suite.tenths()
        ));
    }
    for category in ALWAYS {
        if !suite.checks.iter().any(|check| check.category == category) {
            broken.push(format!("no check is about {}", category.as_str()));
        }
    }
    let mut ids = BTreeSet::new();
    for check in &suite.checks {
        if !ids.insert(check.id) {
            broken.push(format!("two checks are called `{}`", check.id));
        }
        if check.cases.is_empty() {
            broken.push(format!("`{}` has no case: nothing puts it to the proof", check.id));
        }
    }
    let leaks = suite.told_too_early();
    broken.extend(
        leaks.map(|(gate, check)| format!("whoever may see `{}` is told of `{}`", check.id, gate.id)),
    );
    broken
}

/// A report tells cases apart by their labels.
fn of_labels(suite: &Suite) -> Vec<String> {
    let mut known: HashMap<&str, &Scenario> = HashMap::new();
    let scenarios = suite.checks.iter().flat_map(|check| &check.cases).map(|case| &*case.scenario);
    scenarios
        .filter(|scenario| known.insert(&scenario.label, scenario).is_some_and(|before| before != *scenario))
        .map(|scenario| format!("two different cases are labelled \"{}\"", scenario.label))
        .collect()
}

/// What lets `grader verify` tell from one judging what `cargo test` says.
fn of_visible(suite: &Suite, visible: &Suite) -> Vec<String> {
    let ids = |suite: &Suite| suite.checks.iter().map(|check| check.id).collect::<Vec<_>>();
    // Behind them may be some that only the grader can judge.
    if !ids(suite).starts_with(&ids(visible)) {
        return vec!["the hidden suite does not begin with the checks of the visible one".to_owned()];
    }
    let begins_with = |(hidden, visible): &(&Check, &Check)| {
        visible.cases.iter().enumerate().all(|(index, case)| {
            hidden.cases.get(index).is_some_and(|hidden| hidden.scenario == case.scenario)
        })
    };
    let pairs = suite.checks.iter().zip(&visible.checks).filter(|pair| !begins_with(pair));
    pairs.map(|(check, _)| format!("`{}` does not begin with the visible cases", check.id)).collect()
}

/// Twice as many halve the least makespan, down to that of one input.
fn of_scaling(exercise: &Exercise, slug: &str) -> Vec<String> {
    let id = slug.split('-').next().unwrap_or_default();
    let Some(Scaling { check, steps, .. }) = crate::scaling(id) else { return Vec::new() };
    let mut broken = Vec::new();
    if (exercise.visible)().check(check).is_none() {
        broken.push(format!("the scaling belongs to `{check}`, and there is no such check"));
    }
    for step in steps {
        let mut ticks = step.scenario.plan.of_kind(0).map(|(_, planned)| planned.ticks);
        let inputs = step.scenario.plan.of_kind(0).count() as u64;
        let first = ticks.next();
        if ticks.any(|ticks| Some(ticks) != first) {
            broken.push(format!("\"{}\" of the scaling has inputs that are not equal", step.scenario.label));
        }
        if !inputs.is_multiple_of(step.at_most) {
            let label = &step.scenario.label;
            broken.push(format!("\"{label}\" of the scaling has {inputs} inputs for {}", step.at_most));
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use judge::scenario::Plan;
    use judge::suite::Case;

    use super::*;

    #[test]
    fn every_exercise_keeps_the_rules() {
        for (slug, _) in EXERCISES {
            assert_eq!(broken(slug), Some(vec![]), "{slug}");
        }
        assert_eq!(broken("99-none"), None);
    }

    /// One check with one case, in each category.
    fn suite(name: &'static str) -> Suite {
        let checks = ["a", "b", "c", "d"].into_iter().zip(Category::ALL).map(|(id, category)| {
            let case = Case::of(Scenario::new(id, Vec::new(), Plan::default()));
            Check::visible(id, category, 25, "", vec![case])
        });
        Suite { id: "00", name, supplied: &[], checks: checks.collect() }
    }

    #[test]
    fn each_rule_that_is_broken_is_named() {
        assert_eq!(of_checks("00-test", &suite("test")), Vec::<String>::new());
        let mut other = suite("other");
        other.checks[1].id = "a";
        other.checks[2].cases.clear();
        other.checks[3].category = Category::Ordering;
        other.checks[3].tenths = 20;
        assert_eq!(
            of_checks("00-test", &other),
            [
                "the suite says that it is `00-other`, and its folder is `00-test`",
                "the checks are worth 95 tenths of a point together, not 100",
                "no check is about robustness",
                "two checks are called `a`",
                "`c` has no case: nothing puts it to the proof",
            ]
        );
    }

    #[test]
    fn equal_labels_of_different_cases_and_lost_visible_cases_are_named() {
        let mut hidden = suite("test");
        let mut again = Scenario::new("a", Vec::new(), Plan::default());
        again.plan.secret(0, 0, 10);
        hidden.checks[1].cases.push(Case::of(again));
        assert_eq!(of_labels(&hidden), ["two different cases are labelled \"a\""]);
        assert_eq!(of_visible(&hidden, &suite("test")), Vec::<String>::new());
        hidden.checks[1].cases.remove(0);
        assert_eq!(of_visible(&hidden, &suite("test")), ["`b` does not begin with the visible cases"]);
        hidden.checks.pop();
        assert_eq!(
            of_visible(&hidden, &suite("test")),
            ["the hidden suite does not begin with the checks of the visible one"]
        );
    }

    #[test]
    fn threads_have_the_same_work_on_every_core() {
        let timed = EXERCISES.iter().filter_map(|(slug, exercise)| Some((slug, exercise.workload?)));
        for (slug, workload) in timed {
            for cores in [1, 2, 3, 16, 100, 5_000] {
                // A thread for each input is as many as a machine has cores, within reason.
                assert!(workload(cores).calls >= cores.min(64) as u64, "{slug} on {cores} cores");
            }
        }
        for cores in [1, 2, 3, 16, 100, 5_000] {
            let pooled = crate::pooled(cores, |workers, _| judge::wire::Payload::of([workers]));
            assert!(pooled.calls.is_multiple_of(pooled.request.input.numbers[0]), "{cores} cores");
            assert!(pooled.calls >= cores.min(crate::WORKERS_AT_MOST) as u64, "{cores} cores");
        }
    }

    #[test]
    fn the_seed_changes_schedules() {
        let schedules = |seed| {
            let suites = crate::suites(seed);
            let cases = suites.iter().flat_map(|suite| &suite.checks).flat_map(|check| &check.cases);
            cases.map(|case| format!("{:?}", case.scenario.plan)).collect::<Vec<_>>()
        };
        assert_eq!(schedules(1), schedules(1));
        assert_ne!(schedules(1), schedules(2));
    }
}
