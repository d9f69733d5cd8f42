//! Lines for `$GITHUB_ENV` that GitHub Classroom's autograding reporter reads: for each item a variable `<RUNNER>_RESULTS` with
//! base64 of a document, and in `GRADER_RUNNERS` the list of the runners.
//!
//! The reporter tells points in two ways: the sum of `tests[].score`, and passed / total × `max_score`. They agree where
//! every document holds a single test, so each item gets a document of its own. Both count in whole numbers, so points
//! are given in tenths. Where the grader failed, the one document has the status `error` and no points: the reporter then
//! fails the job and reports no mark.
//!
//! The reporter prints names and, with `error`, messages to the job's log, where a line that begins with `::` is a command: so
//! neither ever holds a hand-in's words.

use std::fmt::Write;

use anyhow::Result;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::sheet::{Item, Outcome, Section, Sheet, tenths};
use super::{Beside, Exporter, Holds};

pub(super) struct GithubClassroom;

impl Exporter for GithubClassroom {
    fn file_name(&self) -> &'static str {
        "github.env"
    }

    fn holds(&self) -> Holds {
        Holds::One
    }

    fn export(&self, sheets: &[Sheet], _: &Beside) -> Result<Vec<u8>> {
        let [sheet] = sheets else { anyhow::bail!("one hand-in a file") };
        let documents: Vec<(String, Value)> = match sheet.score {
            Some(_) => sheet
                .items()
                .map(|(section, item)| (runner(section, item), document(section, item)))
                .collect(),
            None => vec![("grader".to_owned(), trouble())],
        };
        let runners: Vec<&str> = documents.iter().map(|(runner, _)| runner.as_str()).collect();
        let mut lines = format!("GRADER_RUNNERS={}\n", runners.join(","));
        for (runner, document) in &documents {
            let value = BASE64_STANDARD.encode(document.to_string());
            let _ = writeln!(lines, "{}_RESULTS={value}", runner.to_uppercase());
        }
        Ok(lines.into_bytes())
    }
}

/// Letters and digits alone, which is what the reporter asks for.
fn runner(section: &Section, item: &Item) -> String {
    let id: String = item.id.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("e{}{id}", section.id)
}

fn document(section: &Section, item: &Item) -> Value {
    let status = if item.outcome == Outcome::Passed { "pass" } else { "fail" };
    test(&format!("{}: {}", section.title, item.name()), status, item.score, item.max_score)
}

fn trouble() -> Value {
    test("the grader, or the machine that it ran on, failed: run this job again", "error", 0.0, 0.0)
}

fn test(name: &str, status: &str, score: f64, max_score: f64) -> Value {
    json!({
        "version": 1,
        "status": status,
        "max_score": tenths(max_score),
        "tests": [{
            "name": name,
            "status": status,
            "score": tenths(score),
            "message": null,
            "test_code": "",
            "filename": "",
            "line_no": 0,
            "duration": 0,
        }],
    })
}
