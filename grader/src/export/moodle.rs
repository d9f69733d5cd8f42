//! A CSV for a Moodle gradebook: a grade and its feedback for each exercise.
//!
//! Moodle maps rows by e-mail address or ID number. A participant's number is neither: it stands for a student in one
//! assignment only, and is no ID number. Feedback without a grade would wipe the grade that is there, so who has no
//! score has no row.

use anyhow::Result;

use super::gradebook::{columns, csv, institutional};
use super::sheet::{Outcome, Section, Sheet, figure, shorten};
use super::{Beside, Exporter, Holds};

pub(super) struct Moodle;

/// What a feedback cell may hold: more nobody reads in a gradebook.
const FEEDBACK_AT_MOST: usize = 4_000;

impl Exporter for Moodle {
    fn file_name(&self) -> &'static str {
        "moodle.csv"
    }

    fn holds(&self) -> Holds {
        Holds::Scored
    }

    fn is_known(&self, sheet: &Sheet, beside: &Beside) -> bool {
        !id_number(sheet, beside).is_empty() || beside.roster.get(&sheet.id, "email").is_some()
    }

    fn export(&self, sheets: &[Sheet], beside: &Beside) -> Result<Vec<u8>> {
        let mut header: Vec<String> = ["ID number", "Email address", "Full name"].map(str::to_owned).into();
        for section in columns(sheets) {
            header.extend([section.title.clone(), format!("{} (feedback)", section.title)]);
        }
        let students = sheets.iter().map(|sheet| {
            let known = |column: &str| beside.roster.get(&sheet.id, column).unwrap_or_default().to_owned();
            let mut row = vec![id_number(sheet, beside).to_owned(), known("email"), known("name")];
            for section in &sheet.sections {
                row.extend([section.score.map(figure).unwrap_or_default(), feedback(section)]);
            }
            row
        });
        csv(std::iter::once(header).chain(students))
    }
}

/// The number that Moodle calls `ID number`: the id, unless that is known to be another one.
fn id_number<'a>(sheet: &'a Sheet, beside: &'a Beside) -> &'a str {
    beside.roster.get(&sheet.id, "idnumber").unwrap_or_else(|| institutional(sheet, beside, &[]))
}

/// Moodle shows feedback as HTML: so there is none in it.
fn feedback(section: &Section) -> String {
    let mut lines = vec![section.verdict.as_str().replace('_', " ")];
    lines.extend(section.own_message().map(str::to_owned));
    for item in section.items.iter().filter(|item| item.outcome != Outcome::Passed) {
        let lost = figure(item.max_score);
        lines.push(format!("{}: {}, -{lost}\n{}", item.name(), item.status.replace('_', " "), item.text));
    }
    shorten(&lines.join("\n"), FEEDBACK_AT_MOST)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
