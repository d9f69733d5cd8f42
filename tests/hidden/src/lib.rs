//! The hidden suites: a folder per exercise beside this one, `NN-slug/suite.rs`, which the build script finds.
//!
//! Each takes the visible suite, from the very file that students have, and adds cases: so whatever fails a visible check
//! fails the same check here. The seed decides the schedules that are not fixed; the same seed gives the same suite.

mod rules;

use std::sync::Arc;

use judge::scenario::Scenario;
use judge::suite::{Case, Suite};
use judge::wire::{Payload, Request};

pub use rules::broken;

/// All that the grader is told of an exercise: what each `suite.rs` describes.
struct Exercise {
    /// The hidden suite.
    suite: fn(u64) -> Suite,
    /// What students are given of it, in `cargo test`. Each check there is a check of the hidden suite, which begins with the same
    /// cases.
    visible: fn() -> Suite,
    /// What there is to draw of how fast its answers get.
    scaling: Option<Growth>,
    /// What there is to time with real work, by the number of cores. An event loop has one thread: nothing there.
    workload: Option<fn(usize) -> Workload>,
}

// Defines `exercises!`, which hands the list of exercises to another macro.
include!(concat!(env!("OUT_DIR"), "/exercises.rs"));

macro_rules! collect {
    ($($id:ident $slug:literal { $($module:ident $file:literal)* })*) => {
        $(
            #[path = "../../.."]
            mod $id {
                $(#[path = $file] pub(super) mod $module;)*
            }
        )*

        /// All exercises with the names of their folders, in order.
        const EXERCISES: &[(&str, Exercise)] = &[$(($slug, $id::suite::EXERCISE)),*];
    };
}
exercises!(collect);

/// The suites of all exercises, in order.
#[must_use]
pub fn suites(seed: u64) -> Vec<Suite> {
    EXERCISES.iter().map(|(_, exercise)| (exercise.suite)(seed)).collect()
}

/// What students are given of the same: the suites of `cargo test`, in the same order.
#[must_use]
pub fn visible_suites() -> Vec<Suite> {
    EXERCISES.iter().map(|(_, exercise)| (exercise.visible)()).collect()
}

/// The exercise of this number.
fn exercise(id: &str) -> Option<&'static Exercise> {
    let is_it = |slug: &str| slug.strip_prefix(id).is_some_and(|rest| rest.starts_with('-'));
    EXERCISES.iter().find(|(slug, _)| is_it(slug)).map(|(_, exercise)| exercise)
}

/// What is timed of an exercise where its answers are measured with real work. Nothing of it decides a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// The call of the student's function. The keys of its inputs begin at 0.
    pub request: Request,
    /// Which of the supplied functions does the work.
    pub kind: u16,
    /// How many calls of it that makes; all of them do the same amount of work.
    pub calls: u64,
}

/// The workload of an exercise on a machine with so many cores; `None` where there is nothing to measure.
#[must_use]
pub fn workload(exercise: &str, cores: usize) -> Option<Workload> {
    self::exercise(exercise)?.workload.map(|workload| workload(cores))
}

/// So many calls of equal work that a pool with a worker for each core has no core idle at the end.
fn pooled(cores: usize, input: impl FnOnce(u64, u64) -> Payload) -> Workload {
    let workers = cores.clamp(1, WORKERS_AT_MOST);
    let (workers, calls) = (workers as u64, 100_usize.next_multiple_of(workers) as u64);
    Workload { request: Request { entry: 0, input: input(workers, calls) }, kind: 0, calls }
}

/// The contract allows no more.
const WORKERS_AT_MOST: usize = 1024;

/// How an exercise's [`Scaling`] is made.
struct Growth {
    /// The check that it belongs to.
    check: &'static str,
    /// What there is more and more of: `workers`.
    of: &'static str,
    /// Equal inputs, so many of them in flight.
    case: fn(usize) -> Case,
}

/// How fast an answer gets as it may use more: the same inputs, all of the same length, again and again.
pub struct Scaling {
    /// The check that this belongs to.
    pub check: &'static str,
    /// What there is more and more of: `workers`.
    pub of: &'static str,
    /// The runs, in rising order.
    pub steps: Vec<Step>,
}

/// One run of a [`Scaling`].
pub struct Step {
    /// How many calls of the supplied work may be in flight. The least makespan is the work of all inputs divided by this.
    pub at_most: u64,
    /// What is played.
    pub scenario: Arc<Scenario>,
}

/// What is played of an exercise to draw how fast its answers get, beside its checks. Nothing of it decides a verdict.
#[must_use]
pub fn scaling(exercise: &str) -> Option<Scaling> {
    let Growth { check, of, case } = self::exercise(exercise)?.scaling.as_ref()?;
    let step = |at_most: usize| Step { at_most: at_most as u64, scenario: case(at_most).scenario };
    Some(Scaling { check, of, steps: [1, 2, 4, 8, 16, 32, 64].map(step).into() })
}
