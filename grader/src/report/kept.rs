//! Renders what the results store holds: its gradings, the history of a hand-in, what differs between two gradings.

use std::fmt::Write;

use comfy_table::{ContentArrangement, Table, presets};
use judge::words::printable;

use crate::record::Verdict;
use crate::store::{Comparison, Listed, Origin, Side, Told};

/// The gradings of a store, oldest first.
pub(crate) fn gradings(listed: &[Listed], width: usize) -> String {
    let mut table = table(width, &["grading", "began (UTC)", "hand-ins", "results", "judged", "failed", ""]);
    for grading in listed {
        let state = match (&grading.ended, grading.partition) {
            (None, _) => "interrupted, or under way".to_owned(),
            (Some(_), Some(partition)) => format!("partition {partition}"),
            (Some(_), None) => String::new(),
        };
        table.add_row([
            grading.number.to_string(),
            grading.began.clone(),
            grading.hand_ins.to_string(),
            format!("{} of {}", grading.results, grading.total),
            grading.judged.to_string(),
            grading.failed.to_string(),
            state,
        ]);
    }
    printable(&format!("{table}\n"))
}

/// What a hand-in was told over time.
pub(crate) fn history(id: &str, told: &[Told], width: usize) -> String {
    let mut table = table(width, &["grading", "began (UTC)", "exercise", "result", ""]);
    for Told { grading, began, exercise, verdict, score, origin } in told {
        table.add_row([
            grading.to_string(),
            began.clone(),
            exercise.clone(),
            side(&Side { verdict: *verdict, score: *score }),
            origin.map_or("", in_words).to_owned(),
        ]);
    }
    printable(&format!("{id}\n{table}\n"))
}

/// What is not the same in two gradings.
pub(crate) fn comparison(comparison: &Comparison, width: usize) -> String {
    let Comparison { from, to, setup, same, changes, .. } = comparison;
    let mut text = String::new();
    if let Some(setup) = setup {
        let _ = writeln!(text, "gradings {from} and {to} differ in {setup}");
    }
    let _ =
        writeln!(text, "from grading {from} to grading {to}: {} changed, {same} as before", changes.len());
    if changes.is_empty() {
        return text;
    }
    let mut table = table(width, &["hand-in", "exercise", "before", "after", "why", "checks"]);
    for change in changes {
        let of = |one: &Option<Side>| one.as_ref().map_or("-".to_owned(), side);
        table.add_row([
            change.place.hand_in.clone(),
            change.place.exercise.clone(),
            of(&change.before),
            of(&change.after),
            change.why.in_words().to_owned(),
            change.checks.join(", "),
        ]);
    }
    let _ = writeln!(text, "{table}");
    printable(&text)
}

fn side(side: &Side) -> String {
    match (side.verdict, side.score) {
        (Verdict::Missing, _) => "missing".to_owned(),
        (verdict, Some(score)) => format!("{} {score:.1}", verdict.as_str().replace('_', " ")),
        (verdict, None) => verdict.as_str().to_owned(),
    }
}

fn in_words(origin: Origin) -> &'static str {
    match origin {
        Origin::Judged => "judged",
        Origin::Shared => "the sources of another hand-in",
        Origin::Unchanged => "unchanged",
        Origin::Kept => "not looked at",
    }
}

fn table(width: usize, header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table.set_header(header.iter().copied());
    table
}
