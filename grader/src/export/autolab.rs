//! What an Autolab autograder prints last: a line of semantic feedback, and the line of scores, a problem for each exercise.
//!
//! Where the grader failed there are no scores at all: Autolab then leaves the problems ungraded.

use anyhow::Result;
use serde_json::{Map, json};

use super::sheet::{Outcome, Section, Sheet};
use super::{Beside, Exporter, Holds, Ordered};

pub(super) struct Autolab;

impl Exporter for Autolab {
    fn file_name(&self) -> &'static str {
        "autolab.txt"
    }

    fn holds(&self) -> Holds {
        Holds::One
    }

    fn export(&self, sheets: &[Sheet], _: &Beside) -> Result<Vec<u8>> {
        let [sheet] = sheets else { anyhow::bail!("one hand-in a file") };
        let stages: Vec<&str> = sheet.sections.iter().map(|section| section.title.as_str()).collect();
        let mut parts = vec![format!(r#""_presentation":"semantic","stages":{}"#, json!(stages))];
        for section in &sheet.sections {
            parts.push(format!("{}:{}", json!(section.title), serde_json::to_string(&stage(section))?));
        }
        let scores = match sheet.score {
            Some(score) => {
                let problems =
                    sheet.sections.iter().map(|section| (section.name.clone(), json!(section.score)));
                json!({"scores": problems.collect::<Map<_, _>>(), "scoreboard": [score]})
            }
            None => json!({"scores": {}}),
        };
        Ok(format!("{{{}}}\n{scores}\n", parts.join(",")).into_bytes())
    }
}

/// In the suite's order, in which it is shown.
fn stage(section: &Section) -> Ordered {
    let cases = section.items.iter().map(|item| {
        let passed = item.outcome == Outcome::Passed;
        let case = if passed { json!({"passed": true}) } else { json!({"passed": false, "hint": item.text}) };
        (item.id.clone(), case)
    });
    Ordered(cases.collect())
}
