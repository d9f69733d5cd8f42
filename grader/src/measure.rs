//! Measures answers with real work on the real cores: the same work in a row, by the reference solution and by the hand-in,
//! in turns, several times.
//!
//! Information for people, and nothing else: it begins when everything is judged, and no verdict, score or exit status
//! follows from it. Only answers that passed are measured, one at a time, with nothing else of the grading beside them.
//! Invariant: there is no `Err`. Whatever goes wrong is a reason why an answer was not measured.

mod load;
mod reading;
pub(crate) mod record;

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use hidden::Workload;
use judge::engine::{Timing, Untimed, measure};
use judge::wire::{Burn, Timed};

use crate::build::{self, Answer, Built, Prepared, Program};
use crate::intake::{self, HandIn, Taken};
use crate::jail::Jail;
use crate::kit::{Exercise, Kit};
use crate::progress::Progress;
use crate::record::{Submission, Verdict};
use reading::{Reading, Round};
use record::{Measured, Measurements, OfExercise};

/// How often each is run.
const ROUNDS: usize = 5;

/// How long all of the work should take in a row: long beside the start of a thread, short beside a class.
const IN_A_ROW: Duration = Duration::from_millis(100);

/// A run is killed after this: many times what the work takes in a row on a busy machine.
const AT_MOST: Duration = Duration::from_secs(10);

/// Measures what passed. The submissions are those of the hand-ins, in the same order.
pub(crate) fn class(
    kit: &Kit,
    prepared: &Prepared,
    jail: Jail,
    hand_ins: &[HandIn],
    submissions: &[Submission],
) -> Measurements {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut measurements = Measurements::new(cores, ROUNDS, load::elsewhere());
    let mut plan = Vec::new();
    for (index, exercise) in kit.exercises.iter().enumerate() {
        let Some(workload) = hidden::workload(exercise.suite.id, cores) else { continue };
        let passed = hand_ins.iter().zip(submissions);
        let passed = passed.filter(|(_, graded)| graded.exercises[index].verdict == Verdict::Pass);
        plan.push((exercise, workload, passed.map(|(hand_in, _)| hand_in).collect::<Vec<_>>()));
    }
    let progress = Progress::new(plan.iter().map(|(_, _, passed)| passed.len()).sum());
    // What a turn takes is a matter of the machine alone: it is found out once.
    let mut turns = None;
    for (exercise, workload, passed) in plan {
        let bench = Bench { kit, prepared, jail, exercise, cores };
        let mut of_exercise = OfExercise::new(exercise, hand_ins.len() - passed.len());
        of_exercise.submissions = bench.all(&workload, &passed, &mut turns, &progress);
        measurements.exercises.push(of_exercise);
    }
    measurements
}

/// Where programs of an exercise are built.
struct Bench<'a> {
    kit: &'a Kit,
    prepared: &'a Prepared,
    jail: Jail,
    exercise: &'a Exercise,
    cores: usize,
}

impl Bench<'_> {
    fn all(
        &self,
        workload: &Workload,
        passed: &[&HandIn],
        turns: &mut Option<u64>,
        progress: &Progress,
    ) -> Vec<Measured> {
        if passed.is_empty() {
            return Vec::new();
        }
        let course = self.course(workload, turns);
        let measured = passed.iter().map(|hand_in| {
            progress.at(format!("measuring {} {}", hand_in.id, self.exercise.slug()));
            let reading = match &course {
                Ok(course) => self.hand_in(hand_in).and_then(|program| course.measure(&program)),
                Err(trouble) => Err(anyhow!("{trouble:#}")),
            };
            progress.done();
            Measured::of(hand_in, reading)
        });
        measured.collect()
    }

    fn build(&self, taken: Taken) -> Result<Program> {
        let Taken::Sources(sources) = taken else { bail!("its sources are not there any more") };
        let answer = Answer { exercise: self.exercise, sources: &sources };
        let built = build::build(self.kit, self.prepared, self.jail, answer)?;
        let Built::Program(program) = built else { bail!("its sources do not compile any more") };
        Ok(program)
    }

    fn hand_in(&self, hand_in: &HandIn) -> Result<Program> {
        self.build(intake::take(hand_in, self.exercise)?)
    }

    fn course(&self, workload: &Workload, turns: &mut Option<u64>) -> Result<Course> {
        let package = format!("solutions/{}", self.exercise.slug());
        let sources = intake::sources(self.kit.root(), &package);
        let reference = sources.and_then(|taken| self.build(taken)).context(OF_REFERENCE)?;
        let turns = match *turns {
            Some(turns) => turns,
            None => *turns.insert(calibrate(self.jail, &reference).context(OF_REFERENCE)?),
        };
        Ok(Course {
            jail: self.jail,
            burn: Burn { kind: workload.kind, turns: turns / workload.calls },
            call: Timed::Call(workload.request.clone()),
            in_a_row: Timed::InARow { kind: workload.kind, calls: workload.calls },
            reference,
            cores: self.cores,
        })
    }
}

const OF_REFERENCE: &str = "the reference solution can't be measured";

/// The reference solution of an exercise, and the work that it does side by side with others.
struct Course {
    jail: Jail,
    reference: Program,
    burn: Burn,
    call: Timed,
    in_a_row: Timed,
    cores: usize,
}

impl Course {
    fn measure(&self, submission: &Program) -> Result<Reading> {
        let rounds = (0..ROUNDS).map(|_| self.round(submission)).collect::<Result<Vec<_>>>()?;
        Ok(reading::of(&rounds, self.cores))
    }

    fn round(&self, submission: &Program) -> Result<Round> {
        let sequential = time(self.jail, &self.reference, self.burn, &self.in_a_row).context(OF_REFERENCE)?;
        let reference = time(self.jail, &self.reference, self.burn, &self.call).context(OF_REFERENCE)?;
        let submission = time(self.jail, submission, self.burn, &self.call)?;
        ensure!(
            submission.result == reference.result,
            "its result is not that of the reference solution: it did not do all of the work, or lost some of it"
        );
        Ok(Round {
            sequential: sequential.elapsed,
            reference: reference.elapsed,
            submission: submission.elapsed,
        })
    }
}

/// One run, in a process of its own.
fn time(jail: Jail, program: &Program, burn: Burn, timed: &Timed) -> Result<Timing, Untimed> {
    measure(&program.cell(jail), burn, timed.clone(), AT_MOST)
}

/// How many turns of the work take as long as [`IN_A_ROW`] here and now.
fn calibrate(jail: Jail, reference: &Program) -> Result<u64> {
    let mut turns = 1 << 20;
    loop {
        let took =
            time(jail, reference, Burn { kind: 0, turns }, &Timed::InARow { kind: 0, calls: 1 })?.elapsed;
        // Short runs are mostly the channel's.
        if took >= IN_A_ROW / 4 {
            return Ok(reading::scaled(turns, took, IN_A_ROW));
        }
        turns *= 2;
    }
}
