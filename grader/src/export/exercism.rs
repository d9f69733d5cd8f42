//! `results.json` of an Exercism test runner, version 3: tests in the suite's order.
//!
//! The format knows no points, so each test's name tells its own. With status `error` the message is all that a student
//! reads: the compiler's, or that the grader failed.

use anyhow::Result;
use serde_json::{Value, json};

use super::sheet::{Item, Outcome, Section, Sheet, figure};
use super::{Beside, Exporter, Holds};

pub(super) struct Exercism;

impl Exporter for Exercism {
    fn file_name(&self) -> &'static str {
        "results.json"
    }

    fn holds(&self) -> Holds {
        Holds::One
    }

    fn export(&self, sheets: &[Sheet], _: &Beside) -> Result<Vec<u8>> {
        let [sheet] = sheets else { anyhow::bail!("one hand-in a file") };
        let (status, message) = if sheet.score.is_none() {
            ("error", Some(sheet.trouble()))
        } else if !sheet.was_judged() {
            let said = sheet.items().map(|(section, item)| format!("{}: {}", section.title, item.text));
            ("error", Some(said.collect::<Vec<_>>().join("\n")))
        } else if sheet.items().all(|(_, item)| item.outcome == Outcome::Passed) {
            ("pass", None)
        } else {
            ("fail", None)
        };
        let tests: Vec<Value> = match sheet.score {
            Some(_) => {
                sheet.items().map(|(section, item)| test(section, item, sheet.sections.len())).collect()
            }
            None => Vec::new(),
        };
        super::json(&json!({"version": 3, "status": status, "message": message, "tests": tests}))
    }
}

fn test(section: &Section, item: &Item, sections: usize) -> Value {
    let exercise = if sections > 1 { format!("{}: ", section.title) } else { String::new() };
    let name = item.name();
    json!({
        "name": format!("{exercise}{name} ({} points)", figure(item.max_score)),
        "status": match item.outcome {
            Outcome::Passed => "pass",
            Outcome::Failed if item.is_whole(section) => "error",
            Outcome::Failed | Outcome::Skipped => "fail",
            Outcome::Trouble => "error",
        },
        "message": (!item.text.is_empty()).then_some(&item.text),
        "test_code": item.tag.map(|_| format!("cargo test -p exercise-{} {}", section.id, item.id)),
    })
}
