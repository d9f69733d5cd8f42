//! Markdown for a CI job's summary: a table of points, then for each hand-in what did not pass.
//!
//! Texts stand in fences that are longer than any run of backquotes in them, and names of hand-ins with every mark of
//! Markdown's or HTML's taken out of action: whatever a hand-in says is shown and nothing of it acts.

use std::fmt::Write;

use anyhow::Result;

use super::sheet::{Item, Outcome, Section, Sheet, figure, shorten};
use super::{Beside, Exporter, Holds, gradebook, within};

/// What a step's summary may hold is 1 MiB.
const BYTES_AT_MOST: usize = 1_000_000;

pub(super) struct Markdown;

impl Exporter for Markdown {
    fn file_name(&self) -> &'static str {
        "summary.md"
    }

    fn holds(&self) -> Holds {
        Holds::Any
    }

    fn export(&self, sheets: &[Sheet], _: &Beside) -> Result<Vec<u8>> {
        within(BYTES_AT_MOST, |cap| Ok(page(sheets, cap).into_bytes()))
    }
}

fn page(sheets: &[Sheet], cap: usize) -> String {
    let mut page = String::new();
    let columns = gradebook::columns(sheets);
    let titles: Vec<String> = columns.iter().map(|section| format!(" {} |", section.title)).collect();
    let _ = writeln!(page, "| hand-in |{} score |", titles.concat());
    let _ = writeln!(page, "|---|{}---:|", "---|".repeat(columns.len()));
    for sheet in sheets {
        let cells: Vec<String> = sheet.sections.iter().map(cell).collect();
        let _ = writeln!(
            page,
            "| {} |{} {} |",
            inert(&sheet.id),
            cells.concat(),
            points(sheet.score, sheet.max_score)
        );
    }
    for sheet in sheets {
        for section in &sheet.sections {
            findings(&mut page, sheet, section, cap);
        }
    }
    page
}

fn cell(section: &Section) -> String {
    let verdict = section.verdict.as_str().replace('_', " ");
    section.score.map_or_else(|| format!(" {verdict} |"), |score| format!(" {verdict} {} |", figure(score)))
}

fn points(score: Option<f64>, of: f64) -> String {
    format!("{} / {}", score.map_or_else(|| "-".to_owned(), figure), figure(of))
}

fn findings(page: &mut String, sheet: &Sheet, section: &Section, cap: usize) {
    let lost: Vec<&Item> = section.items.iter().filter(|item| item.outcome != Outcome::Passed).collect();
    if lost.is_empty() {
        return;
    }
    let verdict = section.verdict.as_str().replace('_', " ");
    let _ = writeln!(page, "\n### {} · {}: {verdict}", inert(&sheet.id), section.title);
    if let Some(message) = section.own_message() {
        fenced(page, message, cap);
    }
    for item in lost {
        if !item.is_whole(section) {
            let tag = item.tag.map(|tag| format!(" ({tag})")).unwrap_or_default();
            let name = item.name();
            let _ = writeln!(
                page,
                "\n**{name}**{tag}: {}, -{}",
                item.status.replace('_', " "),
                figure(item.max_score)
            );
        }
        if !item.text.is_empty() && item.outcome != Outcome::Skipped {
            fenced(page, &item.text, cap);
        }
    }
}

fn fenced(page: &mut String, text: &str, cap: usize) {
    let text = shorten(text, cap);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(page, "\n{fence}text\n{text}\n{fence}");
}

/// A name in which nothing is markup.
fn inert(name: &str) -> String {
    let mut shown = String::new();
    for letter in name.chars() {
        if letter.is_ascii_punctuation() && !matches!(letter, '.' | '-') {
            let _ = write!(shown, "&#{};", u32::from(letter));
        } else {
            shown.push(letter);
        }
    }
    shown
}
