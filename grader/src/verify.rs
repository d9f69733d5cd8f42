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

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, anyhow};
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
use local::Local;
use messages::Messages;
pub(crate) use tally::Tally;

/// What is asked for.
pub(crate) struct Plan {
    pub(crate) repeat: u32,
    pub(crate) busy_loops: u16,
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

/// What the thread that waits is told.
pub(crate) enum Said {
    /// Everything that was asked for is judged.
    Done(Result<()>),
    /// Nothing more is wanted.
    Stop,
}

/// What is known so far.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) tally: Tally,
    /// Where it was judged, once that is known.
    pub(crate) jail: Option<Jail>,
}

/// Verifies the kit's exercises, until it is asked to stop: what was judged by then counts. `stop` is set before [`Said::Stop`] is said.
/// `enter` finds out what the machine offers, and how many hand-ins it has room for.
///
/// Whoever is in the middle of something then is not waited for: it may build or judge for minutes. What it runs dies with this process.
pub(crate) fn verify(
    kit: Kit,
    plan: Plan,
    enter: impl FnOnce() -> Result<(Jail, usize)> + Send + 'static,
    stop: Arc<AtomicBool>,
    (say, said): (Sender<Said>, &Receiver<Said>),
) -> Result<Found> {
    let found = Arc::new(Mutex::new(Found { tally: Tally::new(plan.portable), jail: None }));
    let shared = Arc::clone(&found);
    std::thread::Builder::new().spawn(move || {
        let judged = || judge_everything(&kit, &plan, enter, &stop, &shared);
        // Whoever waits is told in any case.
        let done = panic::catch_unwind(AssertUnwindSafe(judged));
        let done =
            done.unwrap_or_else(|_| Err(anyhow!("the verification itself failed (its message is above)")));
        let _ = say.send(Said::Done(done));
    })?;
    let done = said.recv();
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    match done? {
        Said::Done(done) => done?,
        Said::Stop => found.tally.stop(),
    }
    Ok(std::mem::take(&mut found))
}

fn judge_everything(
    kit: &Kit,
    plan: &Plan,
    enter: impl FnOnce() -> Result<(Jail, usize)>,
    stop: &AtomicBool,
    found: &Mutex<Found>,
) -> Result<()> {
    let found = || found.lock().expect("no verification panics while it holds the lock");
    let mut subjects = Vec::new();
    for exercise in &kit.exercises {
        let all = corpus::subjects(kit, exercise)?;
        let all: Vec<_> = all.into_iter().filter(|subject| plan.asks_for(exercise, subject)).collect();
        found().tally.awaits(exercise, all.len());
        subjects.push((exercise, all));
    }
    let count = subjects.iter().map(|(_, subjects)| subjects.len()).sum();
    anyhow::ensure!(count > 0, "no stub, solution or hand-in of the corpus has `{}` in its name", plan.only);
    let (jail, jobs) = enter()?;
    found().jail = Some(jail);
    let (local, written) = (Local::new(), Messages::written(kit)?);
    let verifier = Verifier { kit, prepared: &Prepared::new(kit)?, jail, plan, local, written, stop };
    let batches: Vec<_> = subjects
        .iter()
        .flat_map(|(exercise, subjects)| {
            batch::of(subjects, plan.portable).into_iter().map(move |batch| (*exercise, batch))
        })
        .collect();
    let _load = Load::of(plan.busy_loops)?;
    let progress = Progress::new(count);
    let told = Mutex::new(Messages::default());
    // Whoever has no program left takes rounds of those that others are at.
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .start_handler(|_| judge::engine::stay_on_one_core())
        .build()?;
    pool.install(|| {
        batches.par_iter().for_each(|(exercise, batch)| {
            progress.at(format!("{} {}", exercise.suite.id, names(batch)));
            verifier.judge_all(exercise, batch, &|subject, news| {
                match &news {
                    News::Round(outcome) => return found().tally.add_round(exercise, subject, outcome),
                    News::Judged(Judged::Outcomes(Ok(outcomes))) => {
                        told.lock().expect("nobody panics who holds it").add(exercise, subject, outcomes);
                    }
                    News::Judged(_) => {}
                }
                if let News::Judged(judged) = news {
                    found().tally.add(exercise, subject, judged);
                    progress.done();
                }
            });
        });
    });
    drop(progress);
    let told = told.into_inner().expect("nobody panics who holds it");
    if plan.update {
        told.write(kit)?;
    }
    Ok(())
}

fn names(batch: &[&Subject]) -> String {
    batch.iter().map(|subject| subject.name.as_str()).collect::<Vec<_>>().join(" ")
}

/// What is told of a subject.
enum News<'a> {
    /// It was judged once more.
    Round(&'a Outcome),
    /// That was all.
    Judged(Judged),
}

/// What became of a subject in the end.
enum Judged {
    Outcomes(Result<Vec<Outcome>>),
    /// It was asked to stop before.
    CutShort,
    /// It needs this sandbox, and there is none as strong.
    NotRun(String),
}

type Tell<'a> = dyn Fn(&Subject, News) + Sync + 'a;

/// What judging any subject takes.
struct Verifier<'a> {
    kit: &'a Kit,
    prepared: &'a Prepared,
    jail: Jail,
    plan: &'a Plan,
    local: Local,
    written: Messages,
    stop: &'a AtomicBool,
}

impl Verifier<'_> {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Builds a batch, judges each of it as often as asked, looks for harm afterwards, and tells what became of it.
    fn judge_all(&self, exercise: &Exercise, batch: &[&Subject], tell: &Tell<'_>) {
        let mut run = Vec::new();
        for &subject in batch {
            match subject.needs_more_than(self.jail.tier().as_str()) {
                Some(needs) => tell(subject, News::Judged(Judged::NotRun(needs.to_owned()))),
                None if self.stopped() => tell(subject, News::Judged(Judged::CutShort)),
                None => run.push(subject),
            }
        }
        let outcomes = |subject: &Subject, ready: Result<Ready>| {
            let round = |outcome: &Outcome| tell(subject, News::Round(outcome));
            let outcomes = ready.and_then(|ready| self.outcomes(exercise, subject, ready, &round));
            // Whatever went wrong in a build may have been the signal's doing.
            let judged = if self.stopped() { Judged::CutShort } else { Judged::Outcomes(outcomes) };
            tell(subject, News::Judged(judged));
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
    fn outcomes(
        &self,
        exercise: &Exercise,
        subject: &Subject,
        ready: Ready,
        tell: &(dyn Fn(&Outcome) + Sync),
    ) -> Result<Vec<Outcome>> {
        let mut outcomes = match ready.built {
            Err(outcome) => {
                if !self.stopped() {
                    tell(&outcome);
                }
                vec![outcome]
            }
            Ok(program) if subject.must_not_warn && program.warnings => {
                anyhow::bail!("it compiles with warnings")
            }
            Ok(program) => {
                let rounds = (0..self.plan.repeat).into_par_iter();
                rounds
                    .filter_map(|_| self.round(exercise, subject, &program, tell))
                    .collect::<Result<Vec<_>>>()?
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
    fn round(
        &self,
        exercise: &Exercise,
        subject: &Subject,
        program: &Program,
        tell: &(dyn Fn(&Outcome) + Sync),
    ) -> Option<Result<Outcome>> {
        if self.stopped() {
            return None;
        }
        let outcome = self.judge_once(exercise, subject, program);
        if self.stopped() {
            return None;
        }
        outcome.iter().for_each(tell);
        Some(outcome)
    }

    /// Judges once, and again where a remark is to be made of it.
    fn judge_once(&self, exercise: &Exercise, subject: &Subject, program: &Program) -> Result<Outcome> {
        let mut outcome = self.judged(exercise, subject, program)?;
        for _ in 0..AGAIN {
            if !outcome.remarks.iter().any(|remark| remark.recurs) {
                break;
            }
            let again = self.judged(exercise, subject, program)?.remarks;
            for remark in &mut outcome.remarks {
                remark.recurs &= again.iter().any(|other| other.text == remark.text);
            }
        }
        Ok(outcome)
    }

    fn judged(&self, exercise: &Exercise, subject: &Subject, program: &Program) -> Result<Outcome> {
        let results = self.results(exercise, program)?;
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
            remarks: self.remarks(exercise, subject, &results, &told),
            text,
            told,
            harm: Vec::new(),
        })
    }

    /// What is worth a remark in these results, each as if it would recur.
    fn remarks(
        &self,
        exercise: &Exercise,
        subject: &Subject,
        results: &[CheckResult],
        told: &str,
    ) -> Vec<Remark> {
        let mut remarks = self.local.beyond(exercise, results);
        if !(self.plan.update || self.plan.portable) {
            let difference = self.written.difference(exercise, subject, told);
            remarks.extend(difference.map(|text| Remark { text, recurs: true }));
        }
        remarks
    }

    fn results(&self, exercise: &Exercise, program: &Program) -> Result<Vec<CheckResult>> {
        Ok(if self.plan.portable {
            Judging::new(&exercise.suite, &portable::launcher(program)).all()?
        } else {
            Judging::new(&exercise.suite, &program.cell(self.jail)).all()?
        })
    }
}

/// How often at most a program is judged again that a remark is made of, to see whether it recurs. Few are, and for most the second time
/// tells; a race that comes out the same way twice in three times needs as many to be told from a change.
const AGAIN: usize = 8;

/// Something beside the verdict that is not as it should be: a message that is not told as it is written, or a check that `cargo test`
/// passes and the grader does not.
struct Remark {
    text: String,
    /// Whether there was the same one whenever the program was judged again. What comes and goes is the program's luck, and so is what comes
    /// with other figures each time; what the kit is to blame for stays.
    recurs: bool,
}

/// What one judging said.
pub(crate) struct Outcome {
    verdict: Verdict,
    /// The checks that did not pass: id, category, status.
    checks: Vec<(String, &'static str, &'static str)>,
    not_done: bool,
    remarks: Vec<Remark>,
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
            remarks: Vec::new(),
            text,
            told: String::new(),
            harm: Vec::new(),
        }
    }
}
