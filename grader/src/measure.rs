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
use judge::engine::launch::Program as Launcher;
use judge::engine::{Timing, Untimed, measure};
use judge::wire::{Burn, Timed};

use crate::build::{self, Built, Prepared, Program};
use crate::intake::{self, HandIn, Taken};
use crate::kit::{Exercise, Kit};
use crate::progress::Progress;
use crate::record::{Graded, Submission, Verdict};
use reading::{Reading, Round};
use record::{Measured, Measurements};

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
    hand_ins: &[HandIn],
    submissions: &[Submission],
) -> Measurements {
    let passed = |graded: &&Graded| graded.verdict == Verdict::Pass;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut courses: Vec<Option<Course>> = kit.exercises.iter().map(|_| None).collect();
    let mut measurements = Measurements::new(cores, ROUNDS, load::elsewhere());
    let all = submissions.iter().flat_map(|submission| &submission.exercises);
    let progress = Progress::new(all.filter(passed).count());
    // What a turn takes is a matter of the machine alone: it is found out once.
    let mut turns = None;
    for (hand_in, submission) in hand_ins.iter().zip(submissions) {
        let mut measured = Vec::new();
        for ((exercise, graded), course) in kit.exercises.iter().zip(&submission.exercises).zip(&mut courses) {
            let Some(workload) = hidden::workload(exercise.suite.id, cores) else { continue };
            if graded.verdict != Verdict::Pass {
                measurements.not_passed += 1;
                continue;
            }
            progress.at(format!("measuring {} {}", hand_in.id, exercise.slug()));
            let bench = Bench { kit, prepared, exercise };
            let course = course.get_or_insert_with(|| Course::new(&bench, workload, &mut turns));
            measured.push(Measured::of(exercise, course.measure(&bench, hand_in)));
            progress.done();
        }
        measurements.add(&hand_in.id, measured);
    }
    measurements
}

/// Where programs of one exercise are built.
struct Bench<'a> {
    kit: &'a Kit,
    prepared: &'a Prepared,
    exercise: &'a Exercise,
}

impl Bench<'_> {
    fn build(&self, taken: Taken) -> Result<Program> {
        let Taken::Sources(sources) = taken else { bail!("its sources are not there any more") };
        match build::build(self.kit, self.prepared, self.exercise, &sources)? {
            Built::Program(program) => Ok(program),
            Built::Failed(_) => bail!("it was changed since it was graded, and does not compile any more"),
        }
    }

    fn reference(&self) -> Result<Program> {
        let package = format!("solutions/{}", self.exercise.slug());
        self.build(intake::sources(self.kit.root(), &package)?)
    }

    fn hand_in(&self, hand_in: &HandIn) -> Result<Program> {
        self.build(intake::take(hand_in, self.exercise)?)
    }
}

/// The reference solution of an exercise, ready to be measured against; or why it can't be.
struct Course(Result<Ready>);

struct Ready {
    reference: Program,
    workload: Workload,
    burn: Burn,
}

impl Course {
    fn new(bench: &Bench, workload: Workload, turns: &mut Option<u64>) -> Self {
        let ready = || -> Result<Ready> {
            let reference = bench.reference()?;
            let all = match *turns {
                Some(turns) => turns,
                None => *turns.insert(calibrate(&reference)?),
            };
            let burn = Burn { kind: workload.kind, turns: all / workload.calls };
            Ok(Ready { reference, workload, burn })
        };
        Self(ready().context("the reference solution can't be measured"))
    }

    fn measure(&self, bench: &Bench, hand_in: &HandIn) -> Result<Reading> {
        let Ready { reference, workload, burn } =
            self.0.as_ref().map_err(|trouble| anyhow!("{trouble:#}"))?;
        let submission = bench.hand_in(hand_in)?;
        let Workload { request, kind, calls } = workload;
        let call = Timed::Call(request.clone());
        let in_a_row = Timed::InARow { kind: *kind, calls: *calls };
        let mut rounds = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let of_reference =
                |timed| time(reference, *burn, timed).context("the reference solution can't be measured");
            let sequential = of_reference(in_a_row.clone())?;
            let of_reference = of_reference(call.clone())?;
            let of_submission = time(&submission, *burn, call.clone())?;
            ensure!(
                of_submission.result == of_reference.result,
                "its result is not that of the reference solution: some of the work was left out, or done for nothing"
            );
            rounds.push(Round {
                sequential: sequential.elapsed,
                reference: of_reference.elapsed,
                submission: of_submission.elapsed,
            });
        }
        Ok(reading::of(&rounds))
    }
}

/// One run, in a process of its own.
fn time(program: &Program, burn: Burn, timed: Timed) -> Result<Timing, Untimed> {
    let launcher = Launcher { path: program.path.clone(), arguments: Vec::new() };
    measure(&launcher, burn, timed, AT_MOST)
}

/// How many turns of the work take as long as [`IN_A_ROW`] here and now.
fn calibrate(reference: &Program) -> Result<u64> {
    let mut turns = 1 << 20;
    loop {
        let took = time(reference, Burn { kind: 0, turns }, Timed::InARow { kind: 0, calls: 1 })?.elapsed;
        // Short runs are mostly the channel's.
        if took >= IN_A_ROW / 4 {
            return Ok(reading::scaled(turns, took, IN_A_ROW));
        }
        turns *= 2;
    }
}
