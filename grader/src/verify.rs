//! Proves the kit: every stub fails because it is not done, every solution passes, and every hand-in of the corpus gets the
//! verdict that it declares, as often as asked, under load where asked; and the well-known mistakes are explained in the words that are
//! kept beside them.
//!
//! Several hand-ins share a program: linking is most of what building one costs. Each is judged as if it were alone there
//! ([`build`] says why that holds).

mod batch;
pub(crate) mod corpus;
mod harm;
mod load;
mod local;
mod messages;
mod portable;
mod tally;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use judge::suite::{CheckResult, Judging, Status};
use rayon::prelude::*;

use crate::build::{Prepared, Program};
use crate::grade;
use crate::jail::Jail;
use crate::kit::{Exercise, Kit};
use crate::progress::Progress;
use crate::record::{Graded, Verdict};
use crate::store::Partition;
use batch::Ready;
use corpus::Subject;
use load::Load;
use local::{Beyond, Local};
use messages::Messages;
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
    /// Only a part of them.
    pub(crate) partition: Option<Partition>,
    /// Write down how the well-known mistakes are explained, in place of comparing.
    pub(crate) update: bool,
}

impl Plan {
    fn asks_for(&self, exercise: &Exercise, subject: &Subject) -> bool {
        let is_of_part =
            |partition: Partition| partition.has(&format!("{} {}", exercise.suite.id, subject.name));
        subject.name.contains(&self.only)
            && !(self.portable && subject.hostile)
            && self.partition.is_none_or(is_of_part)
    }
}

/// Verifies the kit's exercises, until it is asked to stop: what has come to its end by then counts.
pub(crate) fn verify(kit: &Kit, jail: Jail, plan: &Plan, stop: &AtomicBool) -> Result<Tally> {
    let verifier = Verifier { kit, prepared: &Prepared::new(kit)?, jail, plan, local: Local::new(), stop };
    let mut subjects = Vec::new();
    for exercise in &kit.exercises {
        let all = corpus::subjects(kit, exercise)?;
        let all: Vec<_> = all.into_iter().filter(|subject| plan.asks_for(exercise, subject)).collect();
        subjects.push((exercise, all));
    }
    let count = subjects.iter().map(|(_, subjects)| subjects.len()).sum();
    anyhow::ensure!(count > 0, "no stub, solution or hand-in of the corpus has `{}` in its name", plan.only);
    let batches: Vec<_> = subjects
        .iter()
        .flat_map(|(exercise, subjects)| {
            batch::of(subjects, plan.portable).into_iter().map(move |batch| (*exercise, batch))
        })
        .collect();
    let _load = Load::of(plan.busy_loops)?;
    let progress = Progress::new(count);
    let tally = Mutex::new(Tally::new(plan.portable));
    let told = Mutex::new(Messages::default());
    // Whoever has no program left takes rounds of those that others are at.
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(plan.jobs)
        .start_handler(|_| judge::engine::stay_on_one_core())
        .build()?;
    pool.install(|| {
        batches.par_iter().for_each(|(exercise, batch)| {
            progress.at(format!("{} {}", exercise.suite.id, names(batch)));
            verifier.judge_all(exercise, batch, &|subject, judged| {
                if let Judged::Outcomes(Ok(outcomes)) = &judged {
                    told.lock().expect("nobody panics who holds it").add(exercise, subject, outcomes);
                }
                tally
                    .lock()
                    .expect("no verification panics while it holds the lock")
                    .add(exercise, subject, judged);
                progress.done();
            });
        });
    });
    drop(progress);
    let mut tally = tally.into_inner().expect("no verification panics while it holds the lock");
    let told = told.into_inner().expect("nobody panics who holds it");
    if plan.update {
        told.write(kit)?;
    } else if !plan.portable {
        tally.add_messages(told.differences(kit)?);
    }
    Ok(tally)
}

fn names(batch: &[&Subject]) -> String {
    batch.iter().map(|subject| subject.name.as_str()).collect::<Vec<_>>().join(" ")
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

    /// Builds a batch, judges each of it as often as asked, looks for harm afterwards, and tells what became of it.
    fn judge_all(&self, exercise: &Exercise, batch: &[&Subject], tell: &(dyn Fn(&Subject, Judged) + Sync)) {
        let mut run = Vec::new();
        for &subject in batch {
            match subject.needs_more_than(self.jail.tier().as_str()) {
                Some(needs) => tell(subject, Judged::NotRun(needs.to_owned())),
                None if self.stopped() => tell(subject, Judged::CutShort(Vec::new())),
                None => run.push(subject),
            }
        }
        let outcomes = |subject: &Subject, ready: Result<Ready>| {
            let outcomes = ready.and_then(|ready| self.outcomes(exercise, subject, ready));
            // Whatever went wrong in a build may have been the signal's doing.
            let stopped = self.stopped();
            let judged = if stopped {
                Judged::CutShort(outcomes.unwrap_or_default())
            } else {
                Judged::Outcomes(outcomes)
            };
            tell(subject, judged);
        };
        match batch::prepare(self.kit, self.prepared, self.jail, exercise, &run) {
            Ok(ready) => run.into_par_iter().zip(ready).for_each(|(subject, ready)| {
                outcomes(subject, Ok(ready));
            }),
            Err(trouble) => {
                for subject in run {
                    outcomes(subject, Err(anyhow::anyhow!("{trouble:#}")));
                }
            }
        }
    }

    /// Judges as often as asked, and looks for harm afterwards.
    fn outcomes(&self, exercise: &Exercise, subject: &Subject, ready: Ready) -> Result<Vec<Outcome>> {
        let mut outcomes = match ready.built {
            Err(outcome) => vec![outcome],
            Ok(program) if subject.must_not_warn && program.warnings => {
                anyhow::bail!("it compiles with warnings")
            }
            Ok(program) => {
                let rounds = (0..self.plan.repeat).into_par_iter();
                rounds.filter_map(|_| self.round(exercise, &program)).collect::<Result<Vec<_>>>()?
            }
        };
        let report: String = outcomes.iter().map(|outcome| outcome.text.as_str()).collect();
        for canary in &ready.canaries {
            if let (Some(harm), Some(outcome)) = (canary.harm(&report)?, outcomes.first_mut()) {
                outcome.harm.push(harm);
            }
        }
        Ok(outcomes)
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
        let Graded { verdict, checks, .. } = grade::of_results(&exercise.suite, program, &results);
        let text = checks.iter().filter_map(|check| check.observed.as_deref()).collect();
        let told = messages::of(&checks);
        let checks = checks.into_iter().filter(|check| check.status != Status::Pass);
        Ok(Outcome {
            verdict,
            checks: checks.map(|check| (check.id, check.category.as_str(), check.status.as_str())).collect(),
            not_done,
            beyond,
            text,
            told,
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
    /// What the report tells the student of what was seen.
    text: String,
    /// The first check that does not pass and the first crash, as the report has them.
    told: String,
    /// The harm that was done meanwhile.
    harm: Vec<String>,
}

impl Outcome {
    fn not_judged(verdict: Verdict, text: String) -> Self {
        Self {
            verdict,
            checks: Vec::new(),
            not_done: false,
            beyond: Vec::new(),
            text,
            told: String::new(),
            harm: Vec::new(),
        }
    }
}
