//! Proves the kit: every stub fails because it is not done, every solution passes, and every hand-in of the corpus gets the
//! verdict that it declares, as often as asked, under load where asked.

pub(crate) mod corpus;
mod harm;
mod load;
mod local;
mod portable;
mod tally;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use judge::suite::{CheckResult, Judging, Status};
use rayon::prelude::*;

use crate::build::{self, Answer, Built, Prepared, Program};
use crate::grade;
use crate::intake::{self, Taken};
use crate::jail::Jail;
use crate::kit::{Exercise, Kit};
use crate::progress::Progress;
use crate::record::{Graded, Verdict};
use corpus::Subject;
use harm::Canary;
use load::Load;
use local::{Beyond, Local};
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

/// Verifies the kit's exercises, until it is asked to stop: what has come to its end by then counts.
pub(crate) fn verify(kit: &Kit, jail: Jail, plan: &Plan, stop: &AtomicBool) -> Result<Tally> {
    let verifier = Verifier { kit, prepared: &Prepared::new(kit)?, jail, plan, local: Local::new(), stop };
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
    let _load = Load::of(plan.busy_loops)?;
    let progress = Progress::new(subjects.len());
    let tally = Mutex::new(Tally::new(plan.portable));
    // Whoever has no program left takes rounds of those that others are at.
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(plan.jobs)
        .start_handler(|_| judge::engine::stay_on_one_core())
        .build()?;
    pool.install(|| {
        subjects.par_iter().for_each(|(exercise, subject)| {
            progress.at(format!("{} {}", exercise.suite.id, subject.name));
            let judged = match subject.needs_more_than(jail.tier().as_str()) {
                Some(needs) => Judged::NotRun(needs.to_owned()),
                None if verifier.stopped() => Judged::CutShort(Vec::new()),
                None => match verifier.judge(exercise, subject) {
                    // Whatever went wrong in a build may have been the signal's doing.
                    outcomes if verifier.stopped() => Judged::CutShort(outcomes.unwrap_or_default()),
                    outcomes => Judged::Outcomes(outcomes),
                },
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
    /// So far, when it was asked to stop.
    CutShort(Vec<Outcome>),
    /// It needs this sandbox, and there is none as strong.
    NotRun(String),
}

/// What judging any subject takes.
struct Verifier<'a> {
    kit: &'a Kit,
    prepared: &'a Prepared,
    jail: Jail,
    plan: &'a Plan,
    local: Local,
    stop: &'a AtomicBool,
}

impl Verifier<'_> {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Judges as often as asked, and looks for harm afterwards.
    fn judge(&self, exercise: &Exercise, subject: &Subject) -> Result<Vec<Outcome>> {
        let canaries = subject.harm().iter().map(Canary::new).collect::<Result<Vec<_>>>()?;
        let mut outcomes = self.outcomes(exercise, subject)?;
        let report: String = outcomes.iter().map(|outcome| outcome.text.as_str()).collect();
        for canary in &canaries {
            if let (Some(harm), Some(outcome)) = (canary.harm(&report)?, outcomes.first_mut()) {
                outcome.harm.push(harm);
            }
        }
        Ok(outcomes)
    }

    /// Builds once, judges as often as asked.
    fn outcomes(&self, exercise: &Exercise, subject: &Subject) -> Result<Vec<Outcome>> {
        let not_judged = |verdict, text| Ok(vec![Outcome::not_judged(verdict, text)]);
        let sources = match intake::sources(&subject.root, &subject.package)? {
            Taken::Sources(sources) => sources,
            Taken::Missing(_) => return not_judged(Verdict::Missing, String::new()),
            Taken::Refused(why) => return not_judged(Verdict::Rejected, why),
        };
        let program =
            match build::build(self.kit, self.prepared, self.jail, Answer { exercise, sources: &sources })? {
                Built::Failed(errors) => return not_judged(Verdict::BuildError, errors),
                Built::Refused(why) => return not_judged(Verdict::Rejected, why),
                Built::Program(program) => program,
            };
        if subject.must_not_warn && program.warnings {
            anyhow::bail!("it compiles with warnings");
        }
        (0..self.plan.repeat).into_par_iter().filter_map(|_| self.round(exercise, &program)).collect()
    }

    /// Judges once more; `None` where it was asked to stop before that came to its end.
    fn round(&self, exercise: &Exercise, program: &Program) -> Option<Result<Outcome>> {
        if self.stopped() {
            return None;
        }
        let outcome = self.judge_once(exercise, program);
        (!self.stopped()).then_some(outcome)
    }

    fn judge_once(&self, exercise: &Exercise, program: &Program) -> Result<Outcome> {
        let results = self.results(exercise, program)?;
        let mut beyond = self.local.beyond(exercise, &results);
        if !beyond.is_empty() {
            let again = self.local.beyond(exercise, &self.results(exercise, program)?);
            for one in &mut beyond {
                one.recurs = again.iter().any(|other| other.check == one.check);
            }
        }
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

    fn results(&self, exercise: &Exercise, program: &Program) -> Result<Vec<CheckResult>> {
        Ok(if self.plan.portable {
            Judging::new(&exercise.suite, &portable::launcher(program)).all()?
        } else {
            Judging::new(&exercise.suite, &program.cell(self.jail)).all()?
        })
    }
}

/// What one judging said.
pub(crate) struct Outcome {
    verdict: Verdict,
    /// The checks that did not pass: id, category, status.
    checks: Vec<(String, &'static str, &'static str)>,
    not_done: bool,
    /// The checks that `cargo test` passes and this did not.
    beyond: Vec<Beyond>,
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
