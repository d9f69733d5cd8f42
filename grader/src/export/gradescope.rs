//! `results.json` of a Gradescope autograder.
//!
//! The format has the four visibilities itself, so it is given every check and marks each. A top-level `score` overrides the
//! sum. Without any score Gradescope says that the autograder failed, and asks for no mark: so that is written where the
//! grader failed. (While a check is hidden Gradescope also hides the total from the student.)

use anyhow::Result;
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
        super::json(&document)
    }
}

fn tests(section: &Section) -> impl Iterator<Item = Value> {
    let first =
        section.message.as_ref().filter(|message| section.items.iter().all(|item| item.text != **message));
    section.items.iter().enumerate().map(move |(index, item)| test(section, item, index, first))
}

fn test(section: &Section, item: &Item, index: usize, message: Option<&String>) -> Value {
    // What is said of the whole exercise stands once, at its first check that everybody sees.
    let first_seen =
        section.items.iter().position(|item| item.visibility == judge::suite::Visibility::Visible);
    let output = match message {
        Some(message) if first_seen == Some(index) => format!("{message}\n{}", item.text),
        _ => item.text.clone(),
    };
    json!({
        "name": format!("{}: {}", section.title, item.id.replace('_', " ")),
        "number": format!("{}.{}", section.id.trim_start_matches('0'), index + 1),
        "score": item.score,
        "max_score": item.max_score,
        "status": if item.outcome == Outcome::Passed { "passed" } else { "failed" },
        "output": output,
        "tags": item.tag.into_iter().collect::<Vec<_>>(),
        "visibility": item.visibility.as_str(),
    })
}
