//! The reference solution's runs of the cases that a grading shows, so that a report can show them beside a hand-in's.
//!
//! Made once for a whole grading, from the kit's own solutions, and only of the cases that some hand-in did not pass.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use judge::suite::{Judging, Status};
use judge::timeline::Timeline;

use crate::build::{self, Built, Prepared};
use crate::intake::{self, Taken};
use crate::jail::Jail;
use crate::kit::{Exercise, Kit};
use crate::record::{Reference, Submission};

/// Plays what is needed.
pub(crate) fn of(
    kit: &Kit,
    prepared: &Prepared,
    jail: Jail,
    submissions: &[Submission],
) -> Result<Reference> {
    let mut reference = Reference::default();
    for exercise in &kit.exercises {
        let cases = shown(submissions, exercise.suite.id);
        if cases.is_empty() {
            continue;
        }
        let runs = play(kit, prepared, jail, exercise, &cases)
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

fn play(
    kit: &Kit,
    prepared: &Prepared,
    jail: Jail,
    exercise: &Exercise,
    cases: &BTreeSet<&str>,
) -> Result<BTreeMap<String, Timeline>> {
    let package = format!("solutions/{}", exercise.slug());
    let Taken::Sources(sources) = intake::sources(kit.root(), &package)? else { bail!("it is not there") };
    let Built::Program(program) = build::build(kit, prepared, jail, exercise, &sources)? else {
        bail!("it does not compile")
    };
    let cell = jail.cell(&program.path, &program.scratch);
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
