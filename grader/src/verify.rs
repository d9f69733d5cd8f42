//! Proves the kit: every stub fails because it is not done, every solution passes, and every hand-in of the corpus gets the
//! verdict that it declares, as often as asked, under load where asked.

mod corpus;
mod harm;
mod load;
mod local;
mod portable;
mod tally;

use std::sync::Mutex;

use anyhow::Result;
use judge::suite::{Judging, Status};
use rayon::prelude::*;

use crate::build::{self, Built, Prepared, Program};
use crate::grade;
use crate::intake::{self, Taken};
use crate::jail::Jail;
use crate::kit::{Exercise, Kit};
use crate::progress::Progress;
use crate::record::{Graded, Verdict};
use corpus::Subject;
use harm::Canary;
use load::Load;
pub(crate) use tally::Tally;

/// What is asked for.
pub(crate) struct Plan {
    pub(crate) repeat: u32,
    pub(crate) busy_loops: u16,
    pub(crate) jobs: usize,
    /// Judge as systems do that see no threads.
    pub(crate) portable: bool,
    /// Only hand-ins whose name contains this.
    pub(crate) only: String,
}

/// Verifies the kit's exercises.
pub(crate) fn verify(kit: &Kit, jail: Jail, plan: &Plan) -> Result<Tally> {
    let prepared = Prepared::new(kit)?;
    let mut subjects = Vec::new();
    for exercise in &kit.exercises {
        let all = corpus::subjects(kit, exercise)?;
        subjects.extend(
            all.into_iter()
                .filter(|subject| subject.name.contains(&plan.only))
                .filter(|subject| !(plan.portable && subject.hostile))
                .map(|subject| (exercise, subject)),
        );
    }
    anyhow::ensure!(
        !subjects.is_empty(),
        "no stub, solution or hand-in of the corpus has `{}` in its name",
        plan.only
    );
    let _load = Load::of(plan.busy_loops);
    let progress = Progress::new(subjects.len());
    let tally = Mutex::new(Tally::new(plan.portable));
    // Whoever has no program left takes rounds of those that others are at.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(plan.jobs).build()?;
    pool.install(|| {
        subjects.par_iter().for_each(|(exercise, subject)| {
            progress.at(format!("{} {}", exercise.suite.id, subject.name));
            let judged = match subject.needs_more_than(jail.tier().as_str()) {
                Some(needs) => Judged::NotRun(needs.to_owned()),
                None => Judged::Outcomes(judge(kit, &prepared, jail, exercise, subject, plan)),
            };
            tally
                .lock()
                .expect("no verification panics while it holds the lock")
                .add(exercise, subject, judged);
            progress.done();
        });
    });
    drop(progress);
    Ok(tally.into_inner().expect("no verification panics while it holds the lock"))
}

/// What became of a subject.
pub(crate) enum Judged {
    Outcomes(Result<Vec<Outcome>>),
    /// It needs this sandbox, and there is none as strong.
    NotRun(String),
}

/// Judges as often as asked, and looks for harm afterwards.
fn judge(
    kit: &Kit,
    prepared: &Prepared,
    jail: Jail,
    exercise: &Exercise,
    subject: &Subject,
    plan: &Plan,
) -> Result<Vec<Outcome>> {
    let canaries = subject.harm().iter().map(Canary::new).collect::<Result<Vec<_>>>()?;
    let mut outcomes = outcomes(kit, prepared, jail, exercise, subject, plan)?;
    let report: String = outcomes.iter().map(|outcome| outcome.text.as_str()).collect();
    for canary in &canaries {
        if let (Some(harm), Some(outcome)) = (canary.harm(&report)?, outcomes.first_mut()) {
            outcome.harm.push(harm);
        }
    }
    Ok(outcomes)
}

/// Builds once, judges as often as asked.
fn outcomes(
    kit: &Kit,
    prepared: &Prepared,
    jail: Jail,
    exercise: &Exercise,
    subject: &Subject,
    plan: &Plan,
) -> Result<Vec<Outcome>> {
    let not_judged = |verdict, text| Ok(vec![Outcome::not_judged(verdict, text)]);
    let sources = match intake::sources(&subject.root, &subject.package)? {
        Taken::Sources(sources) => sources,
        Taken::Missing(_) => return not_judged(Verdict::Missing, String::new()),
        Taken::Refused(why) => return not_judged(Verdict::Rejected, why),
    };
    let program = match build::build(kit, prepared, jail, exercise, &sources)? {
        Built::Failed(errors) => return not_judged(Verdict::BuildError, errors),
        Built::Refused(why) => return not_judged(Verdict::Rejected, why),
        Built::Program(program) => program,
    };
    if subject.must_not_warn && program.warnings {
        anyhow::bail!("it compiles with warnings");
    }
    (0..plan.repeat).into_par_iter().map(|_| judge_once(jail, exercise, &program, plan.portable)).collect()
}

fn judge_once(jail: Jail, exercise: &Exercise, program: &Program, portable: bool) -> Result<Outcome> {
    let results = if portable {
        Judging::new(&exercise.suite, &portable::launcher(program)).all()?
    } else {
        Judging::new(&exercise.suite, &jail.cell(&program.path, &program.scratch)).all()?
    };
    let beyond = local::beyond(exercise, &results);
    let not_done =
        results.iter().all(|result| result.finding.as_ref().is_some_and(|(_, finding)| finding.not_done));
    let Graded { verdict, checks, .. } = grade::of_results(&exercise.suite, &results);
    let text = checks.iter().filter_map(|check| check.observed.as_deref()).collect();
    let checks = checks.into_iter().filter(|check| check.status != Status::Pass);
    Ok(Outcome {
        verdict,
        checks: checks.map(|check| (check.id, check.category.as_str(), check.status.as_str())).collect(),
        not_done,
        beyond,
        text,
        harm: Vec::new(),
    })
}

/// What one judging said.
pub(crate) struct Outcome {
    verdict: Verdict,
    /// The checks that did not pass: id, category, status.
    checks: Vec<(String, &'static str, &'static str)>,
    not_done: bool,
    /// The checks that `cargo test` passes and this did not, with the case that decided.
    beyond: Vec<(&'static str, String)>,
    /// What the report tells the student.
    text: String,
    /// The harm that was done meanwhile.
    harm: Vec<String>,
}

impl Outcome {
    fn not_judged(verdict: Verdict, text: String) -> Self {
        Self { verdict, checks: Vec::new(), not_done: false, beyond: Vec::new(), text, harm: Vec::new() }
    }
}
