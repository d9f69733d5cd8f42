//! The plain data of a measuring, in the shape of its JSON document, schema `measured/1`.
//!
//! It holds times, so it is a document of its own: nothing of it stands in that of the grading.

use std::time::Duration;

use anyhow::Result;
use serde::Serialize;

use super::reading::{Reading, TELLING, ratio};
use crate::intake::HandIn;
use crate::kit::Exercise;

/// All measurements of a grading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Measurements {
    /// The name of this shape.
    pub(crate) schema: &'static str,
    /// The version of the grader.
    pub(crate) grader: &'static str,
    /// How many cores this process may use.
    pub(crate) cores: usize,
    /// How many of them other programs kept busy just before; `null` where the system does not tell.
    pub(crate) busy_before: Option<f64>,
    /// How often each was run; times are medians.
    pub(crate) rounds: usize,
    /// Where the reference solution is slower than this many times the work in a row, there are no figures.
    pub(crate) telling_speedup: f64,
    /// The exercises that are measured, in the kit's order.
    pub(crate) exercises: Vec<OfExercise>,
}

/// The answers of one exercise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct OfExercise {
    /// `03`.
    pub(crate) id: &'static str,
    /// `ordered-map`.
    pub(crate) name: &'static str,
    /// How many were not measured since they did not pass.
    pub(crate) not_passed: usize,
    /// Those that passed, in the grading's order.
    pub(crate) submissions: Vec<Measured>,
}

/// An answer that passed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Measured {
    /// The student's id.
    pub(crate) id: String,
    /// What came of it.
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

/// What came of measuring an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// Medians of wall times in ms, and how many times as fast one is as the other.
    Measured {
        sequential_ms: f64,
        reference_ms: f64,
        submission_ms: f64,
        /// The reference solution to the work in a row.
        reference_speedup: f64,
        /// The hand-in to the work in a row.
        speedup: f64,
        /// The hand-in to the reference solution.
        to_reference: f64,
    },
    /// The reference solution shows no speedup on this machine at this moment, so nothing is said of the hand-in.
    NoSpeedupHere { reference_speedup: f64 },
    /// The reference solution was faster than the cores allow: something else got in the way.
    Disturbed { reference_speedup: f64 },
    /// Why it could not be measured.
    NotMeasured { message: String },
}

impl Measurements {
    pub(super) fn new(cores: usize, rounds: usize, busy_before: Option<f64>) -> Self {
        Self {
            schema: "measured/1",
            grader: env!("CARGO_PKG_VERSION"),
            cores,
            busy_before: busy_before.map(|cores| rounded(cores, 10.0)),
            rounds,
            telling_speedup: TELLING,
            exercises: Vec::new(),
        }
    }
}

impl OfExercise {
    pub(super) fn new(exercise: &Exercise, not_passed: usize) -> Self {
        Self { id: exercise.suite.id, name: exercise.suite.name, not_passed, submissions: Vec::new() }
    }
}

impl Measured {
    pub(super) fn of(hand_in: &HandIn, reading: Result<Reading>) -> Self {
        let outcome =
            reading.map_or_else(|why| Outcome::NotMeasured { message: format!("{why:#}") }, Outcome::of);
        Self { id: hand_in.id.clone(), outcome }
    }
}

impl Outcome {
    fn of(reading: Reading) -> Self {
        match reading {
            Reading::Figures { sequential, reference, submission } => Self::Measured {
                sequential_ms: ms(sequential),
                reference_ms: ms(reference),
                submission_ms: ms(submission),
                reference_speedup: rounded(ratio(sequential, reference), 100.0),
                speedup: rounded(ratio(sequential, submission), 100.0),
                to_reference: rounded(ratio(reference, submission), 100.0),
            },
            Reading::NoSpeedupHere { reference_speedup } => {
                Self::NoSpeedupHere { reference_speedup: rounded(reference_speedup, 100.0) }
            }
            Reading::Disturbed { reference_speedup } => {
                Self::Disturbed { reference_speedup: rounded(reference_speedup, 100.0) }
            }
        }
    }
}

fn ms(time: Duration) -> f64 {
    rounded(time.as_secs_f64() * 1_000.0, 10.0)
}

/// To parts of one: more digits would say nothing.
fn rounded(figure: f64, parts: f64) -> f64 {
    (figure * parts).round() / parts
}
