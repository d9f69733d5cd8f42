//! The plain data of a grading, in the shape of its JSON document, schema `grader/1`.
//!
//! Invariant: everything is in a fixed order, and nothing here is a time of day, a duration, a path of this machine or a
//! process id: grading the same hand-in twice gives the same bytes.

use serde::Serialize;

/// The name of this shape.
pub const SCHEMA: &str = "grader/1";

/// What hand-ins run in.
pub(crate) const SANDBOX: &str = "none";

/// A grading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grading {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The version of the grader.
    pub grader: &'static str,
    /// The seed of the schedules.
    pub seed: u64,
    /// What the hand-ins were run in: `none`.
    pub sandbox: &'static str,
    /// In the order of their ids' appearance.
    pub submissions: Vec<Submission>,
}

/// One hand-in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Submission {
    /// The student's id.
    pub id: String,
    /// The sum over the exercises; `null` where one of them has no score.
    pub score: Option<f64>,
    /// The most it could be.
    pub max_score: f64,
    /// In the kit's order.
    pub exercises: Vec<Graded>,
}

/// One exercise of a hand-in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Graded {
    /// `03`.
    pub id: &'static str,
    /// `ordered-map`.
    pub name: &'static str,
    /// What became of it.
    pub verdict: Verdict,
    /// The sum over the checks; `null` where it could not be graded.
    pub score: Option<f64>,
    /// The most it could be.
    pub max_score: f64,
    /// The compiler's message, or why it was refused or not graded.
    pub message: Option<String>,
    /// In the suite's order.
    pub checks: Vec<Checked>,
}

/// What became of an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every check passed.
    Pass,
    /// Some check did not.
    Fail,
    /// It does not compile.
    BuildError,
    /// It holds something that is not allowed.
    Rejected,
    /// There is no answer.
    Missing,
    /// The machine or the kit failed: no score.
    Error,
}

impl Verdict {
    /// Its name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::BuildError => "build_error",
            Self::Rejected => "rejected",
            Self::Missing => "missing",
            Self::Error => "error",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// Its name.
    pub id: &'static str,
    /// What kind of promise it is.
    pub category: &'static str,
    /// Who may see it.
    pub visibility: &'static str,
    /// How it ended.
    pub status: &'static str,
    /// Its points: all or none.
    pub score: f64,
    /// The most it could be.
    pub max_score: f64,
    /// With every status but `pass`: what the contract asks for.
    pub expected: Option<String>,
    /// What was seen.
    pub observed: Option<String>,
    /// The likely cause.
    pub cause: Option<String>,
    /// The next thing to try.
    pub hint: Option<String>,
    /// An earlier check that did not pass for the same cause; cause and hint then only point there.
    #[serde(skip)]
    pub same_as: Option<&'static str>,
}

/// Points from tenths: exact to print, since tenths are added as whole numbers.
#[must_use]
pub fn points(tenths: u32) -> f64 {
    f64::from(tenths) / 10.0
}

/// The sum of points, added as tenths so that no rounding shows.
#[must_use]
pub fn sum(points: impl IntoIterator<Item = f64>) -> f64 {
    let tenths: f64 = points.into_iter().map(|points| (points * 10.0).round()).sum();
    tenths / 10.0
}
