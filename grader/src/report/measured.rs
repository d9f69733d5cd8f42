//! The table of measured speedups that people read after the report.

use std::fmt::Write;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use judge::words::{count, printable};
use textwrap::fill;

use crate::measure::record::{Measured, Measurements, Outcome};

/// What the figures are, the table, then what has no figures and why; wrapped to `width` columns.
pub(crate) fn measured(measurements: &Measurements, width: usize) -> String {
    let answers = || {
        let submissions = measurements.submissions.iter();
        submissions.flat_map(|submission| submission.exercises.iter().map(|answer| (&*submission.id, answer)))
    };
    let mut text = fill(&preface(measurements), width) + "\n";
    let rows: Vec<[String; 6]> = answers().filter_map(|(id, answer)| row(id, answer)).collect();
    if !rows.is_empty() {
        let _ = writeln!(text, "{}", table(rows, width));
    }
    for words in without_figures(measurements, answers) {
        let _ = writeln!(text, "{}", fill(&words, width));
    }
    printable(&text)
}

/// What has no figures, and why: a reason that many share is said once.
fn without_figures<'a, A>(measurements: &Measurements, answers: impl Fn() -> A) -> Vec<String>
where
    A: Iterator<Item = (&'a str, &'a Measured)>,
{
    let mut paragraphs = Vec::new();
    let no_speedup: Vec<String> = answers().filter_map(|(id, answer)| no_speedup(id, answer)).collect();
    if !no_speedup.is_empty() {
        paragraphs.push(format!(
            "No figures: on this machine, at that moment, the reference solution itself was less than {} times as fast as \
             the same work in a row, so nothing can be said of {}.",
            measurements.telling_speedup,
            no_speedup.join(", ")
        ));
    }
    paragraphs.extend(answers().filter_map(|(id, answer)| match &answer.outcome {
        Outcome::NotMeasured { message } => {
            Some(format!("Not measured: {} · {} {}: {message}", line(id), answer.id, answer.name))
        }
        _ => None,
    }));
    if measurements.not_passed > 0 {
        let answers = count(measurements.not_passed, "answer");
        paragraphs.push(format!("Not measured: {answers} without the verdict `pass`."));
    }
    paragraphs
}

fn preface(measurements: &Measurements) -> String {
    let Measurements { cores, rounds, .. } = *measurements;
    let busy = measurements.busy_before.map_or_else(String::new, |busy| {
        format!(" Just before, other programs kept {busy:.1} of the machine's cores busy.")
    });
    format!(
        "Measured: real work on {}, {rounds} runs of each in turns, medians. For information: no verdict and no point \
         follows from it.{busy}",
        count(cores, "core")
    )
}

fn table(rows: Vec<[String; 6]>, width: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table.set_header(["hand-in", "exercise", "in a row", "reference", "this answer", "to reference"]);
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

fn row(id: &str, answer: &Measured) -> Option<[String; 6]> {
    let Outcome::Measured {
        sequential_ms,
        reference_ms,
        submission_ms,
        reference_speedup,
        speedup,
        to_reference,
    } = answer.outcome
    else {
        return None;
    };
    Some([
        line(id),
        format!("{} {}", answer.id, answer.name),
        format!("{sequential_ms:.0} ms"),
        format!("{reference_ms:.0} ms, {reference_speedup:.2} x"),
        format!("{submission_ms:.0} ms, {speedup:.2} x"),
        format!("{:.0} %", to_reference * 100.0),
    ])
}

fn no_speedup(id: &str, answer: &Measured) -> Option<String> {
    match answer.outcome {
        Outcome::NoSpeedupHere { reference_speedup } => {
            Some(format!("{} {} ({reference_speedup:.2})", line(id), answer.id))
        }
        _ => None,
    }
}

/// A student's id on one line; it is the name of a folder, and that may hold anything.
fn line(id: &str) -> String {
    id.replace('\n', "\\n")
}
