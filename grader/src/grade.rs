//! Grades: one exercise of one hand-in, and many side by side.

mod class;
mod evidence;
pub(crate) mod reference;
mod words;

use anyhow::Result;
use judge::suite::{CheckResult, Judging, Status, Suite};

use crate::build::{self, Built, Prepared};
use crate::intake::{self, HandIn, Taken};
use crate::jail::Jail;
use crate::kit::{Exercise, Kit};
use crate::record::{Checked, Graded, Verdict, points};
pub(crate) use class::{Observer, class};

/// Grades one exercise of a hand-in. Trouble of the machine becomes the verdict `error`, so that others go on.
pub(crate) fn exercise(
    kit: &Kit,
    prepared: &Prepared,
    jail: Jail,
    exercise: &Exercise,
    hand_in: &HandIn,
) -> Graded {
    grade(kit, prepared, jail, exercise, hand_in).unwrap_or_else(|trouble| {
        let mut graded = ungraded(&exercise.suite, Verdict::Error, format!("{trouble:#}"));
        graded.score = None;
        graded
    })
}

fn grade(
    kit: &Kit,
    prepared: &Prepared,
    jail: Jail,
    exercise: &Exercise,
    hand_in: &HandIn,
) -> Result<Graded> {
    let suite = &exercise.suite;
    let sources = match intake::take(hand_in, exercise)? {
        Taken::Missing => {
            let message = format!("there is no {}/src/lib.rs", exercise.folder());
            return Ok(ungraded(suite, Verdict::Missing, message));
        }
        Taken::Refused(why) => return Ok(ungraded(suite, Verdict::Rejected, why)),
        Taken::Sources(sources) => sources,
    };
    let program = match build::build(kit, prepared, jail, exercise, &sources)? {
        Built::Failed(errors) => return Ok(ungraded(suite, Verdict::BuildError, errors)),
        Built::Refused(why) => return Ok(ungraded(suite, Verdict::Rejected, why)),
        Built::Program(program) => program,
    };
    let scaling = hidden::scaling(suite.id);
    let cell = jail.cell(&program.path, &program.scratch);
    let judging = Judging::new(suite, &cell);
    let mut graded = of_results(suite, &judging.all()?);
    if let Some(scaling) = &scaling {
        evidence::scale(&mut graded, scaling, &judging)?;
    }
    Ok(graded)
}

/// An exercise that was not judged: no points.
fn ungraded(suite: &Suite, verdict: Verdict, message: String) -> Graded {
    Graded {
        id: suite.id.to_owned(),
        name: suite.name.to_owned(),
        verdict,
        score: Some(0.0),
        max_score: points(suite.tenths()),
        message: Some(message),
        checks: Vec::new(),
    }
}

/// The record of an exercise that was judged.
pub(crate) fn of_results(suite: &Suite, results: &[CheckResult]) -> Graded {
    let inconclusive = results.iter().any(|result| result.status == Status::Inconclusive);
    let passed = results.iter().all(|result| result.status == Status::Pass);
    let tenths = suite.checks.iter().zip(results).filter(|(_, result)| result.status == Status::Pass);
    let score = points(tenths.map(|(check, _)| check.tenths).sum());
    let mut checks: Vec<Checked> =
        suite.checks.iter().zip(results).map(|(check, result)| checked(check, result)).collect();
    words::say_each_cause_once(&mut checks);
    for (checked, result) in checks.iter_mut().zip(results) {
        evidence::of_run(suite, checked, result);
    }
    let not_done =
        results.iter().any(|result| result.finding.as_ref().is_some_and(|(_, finding)| finding.not_done));
    let message = if inconclusive {
        Some("a run did not come to an end on this machine; it is tried again on the next grading".to_owned())
    } else if not_done {
        Some("not done yet: the function still has the body that it came with".to_owned())
    } else {
        None
    };
    Graded {
        id: suite.id.to_owned(),
        name: suite.name.to_owned(),
        verdict: if inconclusive {
            Verdict::Error
        } else if passed {
            Verdict::Pass
        } else {
            Verdict::Fail
        },
        score: (!inconclusive).then_some(score),
        max_score: points(suite.tenths()),
        message,
        checks,
    }
}

fn checked(check: &judge::suite::Check, result: &CheckResult) -> Checked {
    let finding = result.finding.as_ref();
    let text =
        |text: fn(&judge::suite::Finding) -> &String| finding.map(|(_, finding)| text(finding).clone());
    let in_case = |observed: String, case: &str| format!("{case}: {observed}");
    Checked {
        id: check.id.to_owned(),
        category: check.category,
        visibility: check.visibility,
        status: result.status,
        score: if result.status == Status::Pass { points(check.tenths) } else { 0.0 },
        max_score: points(check.tenths),
        expected: text(|finding| &finding.expected),
        observed: finding.map(|(case, finding)| {
            if result.status == Status::Skipped {
                finding.observed.clone()
            } else {
                in_case(finding.observed.clone(), case)
            }
        }),
        cause: text(|finding| &finding.cause),
        hint: text(|finding| &finding.hint),
        evidence: evidence::of_check(check, result),
    }
}
