//! `results.json` of a `PrairieLearn` external grader: a score from 0 to 1, at most 1 MB.
//!
//! `PrairieLearn` takes no attempt off a student where `gradable` is false: so that is written where the grader failed.

use anyhow::Result;
use serde_json::{Value, json};

use super::sheet::{Sheet, figure, shorten};
use super::{Beside, Exporter, Holds, within};

/// A little under what it takes.
const BYTES_AT_MOST: usize = 1_000_000;

pub(super) struct PrairieLearn;

impl Exporter for PrairieLearn {
    fn file_name(&self) -> &'static str {
        "results.json"
    }

    fn holds(&self) -> Holds {
        Holds::One
    }

    fn export(&self, sheets: &[Sheet], _: &Beside) -> Result<Vec<u8>> {
        let [sheet] = sheets else { anyhow::bail!("one hand-in a file") };
        within(BYTES_AT_MOST, |cap| super::json(&document(sheet, cap)))
    }
}

fn document(sheet: &Sheet, cap: usize) -> Value {
    let Some(score) = sheet.score else {
        let trouble = shorten(&sheet.trouble(), cap);
        return json!({"gradable": false, "format_errors": [trouble], "message": trouble});
    };
    let share = if sheet.max_score > 0.0 { score / sheet.max_score } else { 0.0 };
    let tests: Vec<Value> = sheet
        .items()
        .map(|(section, item)| {
            json!({
                "name": format!("{}: {}", section.title, item.name()),
                "description": item.tag.unwrap_or_default(),
                "points": item.score,
                "max_points": item.max_score,
                "message": if item.text.is_empty() { item.status } else { "" },
                "output": shorten(&item.text, cap),
            })
        })
        .collect();
    let messages = sheet.sections.iter().filter_map(|section| {
        let message = section.own_message()?;
        Some(format!("{}: {}", section.title, shorten(message, cap)))
    });
    json!({
        "gradable": true,
        "score": share,
        "message": format!("{} of {} points", figure(score), figure(sheet.max_score)),
        "output": messages.collect::<Vec<_>>().join("\n"),
        "tests": tests,
    })
}
