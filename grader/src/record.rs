//! The plain data of a grading, in the shape of its JSON document, schema `grader/1`.
//!
//! Invariant: everything is in a fixed order, and nothing here is a time of day, a duration, a path of this machine or a
//! process id: grading the same hand-in twice gives the same bytes.
//!
//! A document can be read back: what reports show beyond it is the [`Evidence`] of each check, which is kept beside it.

use std::collections::BTreeMap;

use judge::engine::launch::Sight;
use judge::suite::{Category, Status, Visibility};
use judge::timeline::Timeline;
use serde::{Deserialize, Serialize};

/// The name of this shape.
pub const SCHEMA: &str = "grader/1";

/// A grading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grading {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of the grader.
    pub grader: String,
    /// The seed of the schedules.
    pub seed: u64,
    /// The tier that the hand-ins were compiled and run in: `namespaces`, `landlock` or `limits`.
    pub sandbox: String,
    /// How closely the judge looked at the hand-ins' programs.
    #[serde(default)]
    pub sight: Sight,
    /// Where not at their threads: why, and what can be done about it.
    #[serde(default)]
    pub sight_reason: Option<String>,
    /// In the order of their ids' appearance.
    pub submissions: Vec<Submission>,
}

impl Grading {
    /// How closely the judge looked, and why not more so, in a line.
    #[must_use]
    pub fn sight_line(&self) -> String {
        judge::engine::sight::line(self.sight, self.sight_reason.as_deref())
    }
}

/// One hand-in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    /// The student's id.
    pub id: String,
    /// It was handed in late, as the platform says that it was handed in on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// The sum over the exercises; `null` where one of them has no score.
    pub score: Option<f64>,
    /// The most it could be.
    pub max_score: f64,
    /// In the kit's order.
    pub exercises: Vec<Graded>,
}

/// One exercise of a hand-in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Graded {
    /// `03`.
    pub id: String,
    /// `ordered-map`.
    pub name: String,
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
    /// What the course's rules and marks by hand make of the points of the checks; nothing in what was judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// Points that an exercise gained or lost after it was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What kind of reason there is for it.
    pub kind: Kind,
    /// How many, in tenths; fewer than 0 where they are lost.
    pub points: f64,
    /// The reason, in words.
    pub why: String,
    /// Who gave a mark by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The hand-in has changed since that mark was given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
}

impl Change {
    /// In a line: `late: 2 days late: -20 %: -1.6 points`, with the name of whoever gave a mark.
    pub(crate) fn in_words(&self) -> String {
        let by = self.by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
        let stale = if self.stale { "; the hand-in has changed since" } else { "" };
        format!("{}{by}: {}, {} points{stale}", self.kind.as_str(), self.why, signed(self.points))
    }
}

/// `+0.5`, `-1.6`, and `0.0` for what changed nothing.
pub(crate) fn signed(points: f64) -> String {
    if points == 0.0 { format!("{points:.1}") } else { format!("{points:+.1}") }
}

/// Why points changed after the judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nothing in the answer is parallel, or something is.
    Effort,
    /// It was late.
    Late,
    /// Somebody gave the mark.
    ByHand,
}

impl Kind {
    /// Its name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Effort => "effort",
            Self::Late => "late",
            Self::ByHand => "by hand",
        }
    }
}

/// What is told of an exercise that was handed in as it was given.
pub(crate) const NOT_DONE: &str = "not done yet: the function still has the body that it came with";

impl Graded {
    /// Whether anything was written.
    pub(crate) fn is_begun(&self) -> bool {
        self.verdict != Verdict::Missing && self.message.as_deref() != Some(NOT_DONE)
    }

    /// Adds a change to what there is, and to the score.
    pub(crate) fn change(&mut self, change: Change) {
        self.score = self.score.map(|score| sum([score, change.points]));
        self.changes.push(change);
    }

    /// Changes each text that may quote what a hand-in said.
    pub(crate) fn each_text(&mut self, change: impl FnMut(&mut String)) {
        let of_checks = self.checks.iter_mut().flat_map(|check| {
            let told = [&mut check.expected, &mut check.observed, &mut check.cause, &mut check.hint];
            let lanes = check.evidence.timeline.iter_mut().flat_map(|timeline| {
                let lanes = timeline.lanes.iter_mut().map(|lane| &mut lane.name);
                lanes.chain(timeline.marks.iter_mut().map(|mark| &mut mark.thread))
            });
            told.into_iter().flatten().chain(&mut check.evidence.output).chain(lanes)
        });
        self.message.iter_mut().chain(of_checks).for_each(change);
    }
}

/// What became of an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// Its name.
    pub id: String,
    /// What kind of promise it is.
    pub category: Category,
    /// Who may see it.
    pub visibility: Visibility,
    /// How it ended.
    pub status: Status,
    /// Its points: all or none.
    pub score: f64,
    /// The most it could be.
    pub max_score: f64,
    /// With every status but `pass`: what the contract asks for.
    pub expected: Option<String>,
    /// What was seen; of a check that passed what it could not look at, where there is such a thing.
    pub observed: Option<String>,
    /// The likely cause.
    pub cause: Option<String>,
    /// The next thing to try.
    pub hint: Option<String>,
    /// What reports show beyond the document.
    #[serde(skip)]
    pub evidence: Evidence,
}

/// What is known of a check beyond what the document holds. Kept beside it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// The promise that the check is about.
    pub promise: String,
    /// An earlier check that did not pass for the same cause; cause and hint then only point there.
    pub same_as: Option<String>,
    /// The case that decided; of a check that passed the first.
    pub case: Option<String>,
    /// What the program printed in that run, where it printed anything and the check did not pass.
    pub output: Option<String>,
    /// That run. Of checks that did not pass, unless for the cause of an earlier one, and of speedup.
    pub timeline: Option<Timeline>,
    /// Of one check of an exercise: how fast the answer gets as it may use more.
    pub scaling: Option<Scaling>,
}

/// The same inputs with more and more of something, in virtual time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scaling {
    /// What there is more and more of: `workers`.
    pub of: String,
    /// In rising order. They end early where a run did not come to its end.
    pub steps: Vec<ScalingStep>,
}

/// One run of a [`Scaling`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingStep {
    /// How many calls of the supplied work may be in flight: the ideal speedup.
    pub at_most: u64,
    /// The work that was done, in ticks.
    pub work: u64,
    /// How long it took, in ticks.
    pub makespan: u64,
}

/// The reference solution's runs that a report shows beside those of hand-ins.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reference {
    /// What decides verdicts, apart from the sources, when they were made.
    pub made_for: String,
    /// By exercise (`03`), then by case.
    pub exercises: BTreeMap<String, BTreeMap<String, Timeline>>,
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
    // The sum of nothing is -0.0.
    (tenths + 0.0) / 10.0
}
