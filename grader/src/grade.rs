//! Grades: one exercise of one hand-in, and a class of them side by side.

mod class;
mod evidence;
mod plan;
pub(crate) mod reference;
mod tries;
mod words;

use std::sync::OnceLock;

use anyhow::{Context, Result};
use judge::suite::{CheckResult, Judging, Status, Suite};
use sandbox::Promise;

use crate::build::{self, Answer, Built, Prepared, Program};
use crate::intake::Taken;
use crate::jail::Jail;
use crate::kit::{Exercise, Kit};
use crate::record::{Checked, Graded, NOT_DONE, Verdict, points};
use crate::trouble;
pub(crate) use class::{Class, Outcome};
pub(crate) use plan::Choice;

/// What grading needs of the kit and the machine, shared by all who grade.
pub(crate) struct Bench {
    pub(crate) kit: Kit,
    pub(crate) prepared: Prepared,
    pub(crate) jail: Jail,
    /// What the machine has to give each run, made when something is to be judged.
    pub(crate) promise: OnceLock<Promise>,
    /// Whether what reports show beyond the document is kept: only then are runs made for it.
    pub(crate) pictures: bool,
}

/// How far the grading of an exercise has come before anything was judged.
enum Ready {
    Program(Program),
    /// There is nothing to judge.
    Graded(Graded),
}

impl Bench {
    /// Tries what a class needs before anything of it is built: how many hand-ins can be graded side by side, `jobs` at most, and why
    /// no more, where that is fewer. An `Err` says what the machine does not have, and what to do.
    pub(crate) fn try_out(&self, jobs: usize) -> Result<(usize, Option<String>)> {
        let tier = self.jail.tier();
        build::try_out(&self.kit, &self.prepared, self.jail)
            .with_context(|| format!("nothing can be compiled in the tier `{tier}` of the sandbox"))?;
        Jail::room(self.promise()?, jobs)
    }

    fn promise(&self) -> Result<&Promise> {
        if let Some(promise) = self.promise.get() {
            return Ok(promise);
        }
        let made = self.jail.promise()?;
        Ok(self.promise.get_or_init(|| made))
    }

    /// Builds what one hand-in has for these exercises; the results are in the same order. An `Err` is trouble of the machine.
    fn prepare(&self, answers: &[(&Exercise, &Taken)]) -> Result<Vec<Ready>> {
        let sources = answers.iter().filter_map(|&(exercise, taken)| match taken {
            Taken::Sources(sources) => Some(Answer { exercise, sources }),
            Taken::Missing(_) | Taken::Refused(_) => None,
        });
        let sources: Vec<_> = sources.collect();
        let mut built = if sources.is_empty() {
            Vec::new()
        } else {
            build::build_all(&self.kit, &self.prepared, self.jail, &sources)?
        }
        .into_iter();
        let ready = answers.iter().map(|(exercise, taken)| {
            let ungraded = |verdict, why| Ready::Graded(ungraded(&exercise.suite, verdict, why));
            Ok(match taken {
                Taken::Missing(why) => ungraded(Verdict::Missing, why.clone()),
                Taken::Refused(why) => ungraded(Verdict::Rejected, why.clone()),
                Taken::Sources(_) => match built.next().context("an answer was not built")? {
                    Built::Failed(errors) => ungraded(Verdict::BuildError, errors),
                    Built::Refused(why) => ungraded(Verdict::Rejected, why),
                    Built::Program(program) => Ready::Program(program),
                },
            })
        });
        ready.collect()
    }

    /// Judges what was built. An `Err` is trouble of the machine.
    fn judge(&self, exercise: &Exercise, ready: Ready) -> Result<Graded> {
        let suite = &exercise.suite;
        let program = match ready {
            Ready::Program(program) => program,
            Ready::Graded(graded) => return Ok(graded),
        };
        let cell = program.cell(self.jail);
        let judging = Judging::new(suite, &cell);
        let results = judging.all()?;
        // Whoever was refused a thread or memory can't tell by whom, and what it says of it is no evidence.
        if results.iter().any(|result| result.status != Status::Pass) {
            Jail::ensure_room(self.promise()?)?;
        }
        let mut graded = of_results(suite, &program, &results);
        if let Some(scaling) = hidden::scaling(suite.id).filter(|_| self.pictures) {
            evidence::scale(&mut graded, &scaling, &judging)?;
        }
        Ok(graded)
    }
}

/// The record of an exercise that the machine could not grade: no score.
fn failed(suite: &Suite, trouble: &anyhow::Error) -> Graded {
    let mut graded = ungraded(suite, Verdict::Error, trouble::words(trouble));
    graded.score = None;
    graded
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
        changes: Vec::new(),
    }
}

/// The record of an exercise whose program was judged.
pub(crate) fn of_results(suite: &Suite, program: &Program, results: &[CheckResult]) -> Graded {
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
        Some(NOT_DONE.to_owned())
    } else {
        None
    };
    let mut graded = Graded {
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
        changes: Vec::new(),
    };
    graded.each_text(|text| *text = program.without_paths(text));
    graded
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
        observed: finding
            .map(|(case, finding)| {
                if result.status == Status::Skipped {
                    finding.observed.clone()
                } else {
                    in_case(finding.observed.clone(), case)
                }
            })
            .or_else(|| result.remark.clone()),
        cause: text(|finding| &finding.cause),
        hint: text(|finding| &finding.hint),
        evidence: evidence::of_check(check, result),
    }
}
