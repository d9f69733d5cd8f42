//! What is told of a check, as plain data: to the student as a page, to the students' companion as a file.

use std::path::Path;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::engine::Error;
use crate::suite::{Category, Check, CheckResult, Status, Suite};
use crate::timeline::Timeline;

/// The variable that names the folder for the records of a visible test run.
pub const RECORD_VARIABLE: &str = "JUDGE_RECORD";

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRecord {
    /// Its name.
    pub id: String,
    /// What kind of promise it is about.
    pub category: Category,
    /// How it ended.
    pub status: Status,
    /// What it is worth, in tenths of a point.
    pub tenths: u32,
    /// The promise.
    pub promise: String,
    /// The case that decided; of a check that passed its first one.
    pub case: String,
    /// Why it did not pass.
    pub told: Option<Told>,
    /// The run of that case. `None` where nothing was run or the case supplies no work.
    pub timeline: Option<Timeline>,
}

/// Why a check did not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What the contract asks for.
    pub expected: String,
    /// What was seen.
    pub observed: String,
    /// The likely cause.
    pub cause: String,
    /// The next thing to try.
    pub hint: String,
    /// Whether the function is not written yet (`todo!()`).
    pub not_done: bool,
    /// What the program printed.
    pub printed: String,
}

impl CheckRecord {
    /// What a check of this suite came to.
    pub(super) fn of(suite: &Suite, check: &Check, result: &CheckResult) -> Self {
        let told = result.finding.as_ref().map(|(_, finding)| Told {
            expected: finding.expected.clone(),
            observed: finding.observed.clone(),
            cause: finding.cause.clone(),
            hint: finding.hint.clone(),
            not_done: finding.not_done,
            printed: result.run.as_ref().map_or_else(String::new, |run| run.output.clone()),
        });
        let label = match &result.finding {
            Some((label, _)) => Some(label),
            None => check.cases.first().map(|case| &case.scenario.label),
        };
        // None of them where the check was skipped: that is a case of its gate.
        let case = check.cases.iter().find(|case| Some(&case.scenario.label) == label);
        let supplied = case.is_some_and(|case| !case.scenario.plan.is_empty());
        let run = result.run.as_ref().filter(|_| supplied);
        let timeline = run.map(|run| Timeline::of(run).named(suite.supplied));
        let label = label.cloned().unwrap_or_default();
        Self { case: label, told, timeline, ..Self::empty(check, result.status) }
    }

    /// A machine that does not let the judge work.
    pub(super) fn of_trouble(check: &Check, error: &Error) -> Self {
        let told = Told {
            expected: "the program can be judged".to_owned(),
            observed: error.to_string(),
            cause: "trouble of this machine; it is not your code's fault".to_owned(),
            hint: "run it again; if it stays like this, tell whoever gave you this kit".to_owned(),
            not_done: false,
            printed: String::new(),
        };
        Self { told: Some(told), ..Self::empty(check, Status::Inconclusive) }
    }

    fn empty(check: &Check, status: Status) -> Self {
        Self {
            id: check.id.to_owned(),
            category: check.category,
            status,
            tenths: check.tenths,
            promise: check.promise.to_owned(),
            case: String::new(),
            told: None,
            timeline: None,
        }
    }

    /// Writes it as a file of this folder; the files are named in the order of the suite.
    pub(super) fn write(&self, folder: &Path, suite: &Suite) -> io::Result<()> {
        let place = suite.checks.iter().position(|check| check.id == self.id).unwrap_or_default();
        fs::create_dir_all(folder)?;
        fs::write(folder.join(format!("{place:02}-{}.json", self.id)), serde_json::to_vec(self)?)
    }

    /// Reads the records that a test run wrote, in the order of the suite.
    ///
    /// # Errors
    /// Where the folder or a file can't be read, or was written by another version.
    pub fn read_all(folder: &Path) -> io::Result<Vec<Self>> {
        let mut files =
            fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        files.sort();
        files.iter().map(|file| Ok(serde_json::from_slice(&fs::read(file)?)?)).collect()
    }
}
