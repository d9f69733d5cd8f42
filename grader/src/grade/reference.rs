//! The reference solution's runs of the cases that a grading shows, so that a report can show them beside a hand-in's.
//!
//! Made once for a whole grading, from the kit's own solutions, and only of the cases that some hand-in did not pass; and not
//! again where an earlier grading, made alike, has them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use judge::suite::{Judging, Status};
use judge::timeline::Timeline;

use super::Bench;
use crate::build::{self, Answer, Built};
use crate::intake::{self, Taken};
use crate::kit::Exercise;
use crate::record::{Reference, Submission};
use crate::store::Setup;

/// Plays what is needed and not among those that are kept.
pub(crate) fn of(
    bench: &Bench,
    setup: &Setup,
    submissions: &[Submission],
    kept: Reference,
) -> Result<Reference> {
    let made_for = serde_json::to_string(setup)?;
    let mut reference =
        if kept.made_for == made_for { kept } else { Reference { made_for, ..Reference::default() } };
    for exercise in &bench.kit.exercises {
        let cases = shown(submissions, exercise.suite.id);
        let known = reference.exercises.get(exercise.suite.id);
        if cases.iter().all(|case| known.is_some_and(|known| known.contains_key(*case))) {
            continue;
        }
        let runs = play(bench, exercise, &cases)
            .with_context(|| format!("the reference solution of {} can't be run", exercise.slug()))?;
        reference.exercises.insert(exercise.suite.id.to_owned(), runs);
    }
    Ok(reference)
}

/// The cases of which some hand-in's run is shown because it did not pass.
fn shown<'a>(submissions: &'a [Submission], exercise: &str) -> BTreeSet<&'a str> {
    let graded = submissions.iter().flat_map(|submission| &submission.exercises);
    let checks = graded.filter(|graded| graded.id == exercise).flat_map(|graded| &graded.checks);
    let shown = checks.filter(|check| check.status != Status::Pass && check.evidence.timeline.is_some());
    shown.filter_map(|check| check.evidence.case.as_deref()).collect()
}

fn play(bench: &Bench, exercise: &Exercise, cases: &BTreeSet<&str>) -> Result<BTreeMap<String, Timeline>> {
    let package = format!("solutions/{}", exercise.slug());
    let Taken::Sources(sources) = intake::sources(bench.kit.root(), &package)? else {
        bail!("it is not there")
    };
    let answer = Answer { exercise, sources: &sources };
    let Built::Program(program) = build::build(&bench.kit, &bench.prepared, bench.jail, answer)? else {
        bail!("it does not compile")
    };
    let cell = program.cell(bench.jail);
    let judging = Judging::new(&exercise.suite, &cell);
    let mut runs = BTreeMap::new();
    for case in exercise.suite.checks.iter().flat_map(|check| &check.cases) {
        let label = &case.scenario.label;
        if cases.contains(label.as_str()) && !runs.contains_key(label) {
            let run = judging.run(&case.scenario)?;
            runs.insert(label.clone(), Timeline::of(&run).named(exercise.suite.supplied));
        }
    }
    Ok(runs)
}
