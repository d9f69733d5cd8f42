//! `result.json` of a Classroom 50 autograder, schema `classroom50/result/v1`.
//!
//! Its scores are whole numbers, so points are given in tenths. What describes the submission comes from the variables that
//! its runner sets; `datetime` is the commit's, so that grading it again gives the same bytes. Where the grader failed there
//! is no result to write: the runner takes a missing file for what it is.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::sheet::{Outcome, Sheet, tenths};
use super::{Beside, Exporter, Holds};

pub(super) struct Classroom50;

impl Exporter for Classroom50 {
    fn file_name(&self) -> &'static str {
        "result.json"
    }

    fn holds(&self) -> Holds {
        Holds::One
    }

    fn export(&self, sheets: &[Sheet], beside: &Beside) -> Result<Vec<u8>> {
        let [sheet] = sheets else { bail!("one hand-in a file") };
        let Some(score) = sheet.score else { bail!("{}", sheet.trouble()) };
        let variable = |name: &str| {
            let value = beside.variables.get(name).filter(|value| !value.is_empty());
            value.with_context(|| {
                format!("classroom50: the variable {name} is not set; its runner sets all but COMMIT_DATETIME, for which run \
                         `export COMMIT_DATETIME=$(TZ=UTC git show -s --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd)`")
            })
        };
        let tests: Vec<Value> = sheet
            .items()
            .map(|(section, item)| {
                json!({
                    "test-name": format!("{}: {}", section.title, item.name()),
                    "passed": item.outcome == Outcome::Passed,
                    "score": tenths(item.score),
                    "max-score": tenths(item.max_score),
                })
            })
            .collect();
        super::json(&json!({
            "schema": "classroom50/result/v1",
            "classroom": variable("CLASSROOM")?,
            "assignment": variable("ASSIGNMENT")?,
            "submission": variable("SUBMISSION_TAG")?,
            "commit": variable("COMMIT_URL")?,
            "release": variable("RELEASE_URL")?,
            "review": variable("REVIEW_URL").or_else(|_| variable("COMMIT_URL"))?,
            "datetime": variable("COMMIT_DATETIME")?,
            "score": tenths(score),
            "max-score": tenths(sheet.max_score),
            "tests": tests,
        }))
    }
}
