//! Exports gradings in the formats of other programs: one exporter a file, each from plain data to bytes.
//!
//! An exporter gets [`Sheet`]s: what one audience sees of each hand-in, as items whose points add up to the record's totals.
//! Invariant: every format tells the record's total, and none where there is none. Invariant: an exporter reads no file and
//! prints nothing; `write` does the I/O.

mod autolab;
mod canvas;
mod classroom50;
mod exercism;
mod github;
mod gradebook;
mod gradescope;
mod junit;
mod live;
mod markdown;
mod moodle;
mod prairielearn;
mod roster;
mod sheet;
#[cfg(test)]
mod tests;
mod write;

use anyhow::Result;
use clap::ValueEnum;

pub(crate) use live::Live;
pub(crate) use roster::Roster;
pub(crate) use sheet::Sheet;
pub(crate) use write::{Destination, folders, write};

/// Writes one format.
pub(crate) trait Exporter: Sync {
    /// What the file is called where a folder of them is written: what the format's reader asks for.
    fn file_name(&self) -> &'static str;

    /// How many hand-ins a file holds.
    fn holds(&self) -> Holds;

    /// Whether the format has a visibility of its own for each check: then it is given all of them.
    fn marks_visibility(&self) -> bool {
        false
    }

    /// Whether a hand-in is written of which not everything is graded yet.
    fn takes_parts(&self) -> bool {
        false
    }

    /// Whether a gradebook can tell whose row it is.
    fn is_known(&self, _sheet: &Sheet, _beside: &Beside) -> bool {
        true
    }

    /// The file of these hand-ins; of exactly one where a file holds one.
    fn export(&self, sheets: &[Sheet], beside: &Beside) -> Result<Vec<u8>>;
}

/// How many hand-ins a file of a format holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    One,
    /// Any number, only those with a score.
    Scored,
    Any,
}

/// What some formats need beside the grading.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// Names and addresses.
    pub(crate) roster: Roster,
    /// Variables of the environment, for formats whose runner describes a submission by them.
    pub(crate) variables: std::collections::BTreeMap<String, String>,
}

/// The formats that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Target {
    /// results.json of a Gradescope autograder
    Gradescope,
    /// Lines for `$GITHUB_ENV`, as GitHub Classroom's autograding reporter reads them (in tenths of a point)
    GithubClassroom,
    /// result.json of a Classroom 50 autograder (in tenths of a point)
    Classroom50,
    /// results.json of an external grader of `PrairieLearn`
    Prairielearn,
    /// results.json of an Exercism test runner, version 3
    Exercism,
    /// The last lines of an Autolab autograder's output
    Autolab,
    /// `JUnit` XML, for what shows test results
    Junit,
    /// A CSV to import into a Canvas gradebook
    Canvas,
    /// A CSV to import into a Moodle gradebook, with feedback
    Moodle,
    /// Markdown, for a CI job's summary
    Markdown,
}

impl Target {
    /// What writes it.
    pub(crate) fn exporter(self) -> &'static dyn Exporter {
        match self {
            Self::Gradescope => &gradescope::Gradescope,
            Self::GithubClassroom => &github::GithubClassroom,
            Self::Classroom50 => &classroom50::Classroom50,
            Self::Prairielearn => &prairielearn::PrairieLearn,
            Self::Exercism => &exercism::Exercism,
            Self::Autolab => &autolab::Autolab,
            Self::Junit => &junit::Junit,
            Self::Canvas => &canvas::Canvas,
            Self::Moodle => &moodle::Moodle,
            Self::Markdown => &markdown::Markdown,
        }
    }
}

/// JSON with line breaks, and a newline at its end.
fn json(document: &impl serde::Serialize) -> Result<Vec<u8>> {
    Ok((serde_json::to_string_pretty(document)? + "\n").into_bytes())
}

/// A JSON object that keeps its order.
struct Ordered(Vec<(String, serde_json::Value)>);

impl serde::Serialize for Ordered {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The largest cap on texts with which a document stays within a format's limit.
fn within(bytes: usize, render: impl Fn(usize) -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    let mut cap = sheet::TEXT_AT_MOST;
    loop {
        let document = render(cap)?;
        if document.len() <= bytes || cap < 64 {
            return Ok(document);
        }
        cap /= 2;
    }
}
