//! `results.json` of a Gradescope autograder.
//!
//! The format has the four visibilities itself, so it is given every check and marks each. A top-level `score` overrides the
//! sum. Without any score Gradescope says that the autograder failed, and asks for no mark: so that is written where the
//! grader failed. (While a check is hidden Gradescope also hides the total from the student.)

use anyhow::Result;
use judge::suite::Visibility;
use serde_json::{Value, json};

use super::sheet::{Item, Outcome, Section, Sheet};
use super::{Beside, Exporter, Holds};

pub(super) struct Gradescope;

impl Exporter for Gradescope {
    fn file_name(&self) -> &'static str {
        "results.json"
    }

    fn holds(&self) -> Holds {
        Holds::One
    }

    fn marks_visibility(&self) -> bool {
        true
    }

    fn takes_parts(&self) -> bool {
        true
    }

    fn export(&self, sheets: &[Sheet], _: &Beside) -> Result<Vec<u8>> {
        let [sheet] = sheets else { anyhow::bail!("one hand-in a file") };
        let mut document = json!({
            "output_format": "text",
            "test_output_format": "text",
            "test_name_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
        });
        match sheet.score {
            Some(score) => {
                document["score"] = json!(score);
                document["tests"] = sheet.sections.iter().flat_map(tests).collect();
            }
            None => document["output"] = json!(sheet.trouble()),
        }
        if sheet.is_unfinished() {
            document["output"] =
                json!("Not everything is graded: this is what there was when the autograder was ended.");
        }
        super::json(&document)
    }
}

/// What is said of the whole exercise stands once, at its first check that everybody sees.
fn tests(section: &Section) -> impl Iterator<Item = Value> {
    let first = section.items.iter().position(|item| item.visibility == Visibility::Visible);
    section.items.iter().enumerate().map(move |(index, item)| {
        let message = section.own_message().filter(|_| first == Some(index));
        test(section, item, index, message)
    })
}

fn test(section: &Section, item: &Item, index: usize, message: Option<&str>) -> Value {
    let output = [message, Some(&item.text)].into_iter().flatten().collect::<Vec<_>>().join("\n");
    let mut test = json!({
        "name": format!("{}: {}", section.title, item.name()),
        "number": format!("{}.{}", section.id.trim_start_matches('0'), index + 1),
        "output": output,
        "tags": item.tag.into_iter().collect::<Vec<_>>(),
        "visibility": item.visibility.as_str(),
    });
    // What is not graded has neither passed nor failed.
    if item.outcome != Outcome::Trouble {
        test["score"] = json!(item.score);
        test["max_score"] = json!(item.max_score);
        test["status"] = json!(if item.outcome == Outcome::Passed { "passed" } else { "failed" });
    }
    test
}
