//! The table of measured speedups that people read after the report.

use std::fmt::Write;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use judge::words::{count, printable};
use textwrap::fill;

use crate::measure::record::{Measured, Measurements, OfExercise, Outcome};

/// An answer that passed.
type Answer<'a> = (&'a OfExercise, &'a Measured);

/// From so many cores' work of other programs on, figures tell little.
const BUSY: f64 = 0.5;

/// What the figures are, the table, then what has no figures and why; wrapped to `width` columns.
pub(crate) fn measured(measurements: &Measurements, width: usize) -> String {
    let exercises = measurements.exercises.iter();
    let answers: Vec<Answer> = exercises
        .flat_map(|exercise| exercise.submissions.iter().map(move |answer| (exercise, answer)))
        .collect();
    let mut text = fill(&preface(measurements), width) + "\n";
    let rows: Vec<[String; 6]> = answers.iter().filter_map(row).collect();
    if !rows.is_empty() {
        let _ = writeln!(text, "{}", table(rows, width));
    }
    for words in without_figures(measurements, &answers) {
        let _ = writeln!(text, "{}", fill(&words, width));
    }
    printable(&text)
}

fn preface(measurements: &Measurements) -> String {
    let Measurements { cores, rounds, .. } = *measurements;
    let busy = measurements.busy_before.map_or_else(String::new, |busy| {
        let advice = if busy < BUSY { "" } else { " That disturbs: measure again when the machine is idle." };
        format!(" Just before, other programs kept {busy:.1} of the machine's cores busy.{advice}")
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
    table.set_header(["exercise", "hand-in", "in a row", "reference", "this answer", "to reference"]);
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

fn row((exercise, answer): &Answer) -> Option<[String; 6]> {
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
        format!("{} {}", exercise.id, exercise.name),
        name(answer),
        format!("{sequential_ms:.0} ms"),
        format!("{reference_ms:.0} ms, {reference_speedup:.2} x"),
        format!("{submission_ms:.0} ms, {speedup:.2} x"),
        format!("{:.0} %", to_reference * 100.0),
    ])
}

/// What has no figures, and why: what holds for many is said once.
fn without_figures(measurements: &Measurements, answers: &[Answer]) -> Vec<String> {
    let listed = |of: fn(&Outcome) -> Option<f64>| -> Vec<String> {
        let listed = answers.iter().filter_map(|(exercise, answer)| {
            of(&answer.outcome).map(|speedup| format!("{} {} ({speedup:.2})", name(answer), exercise.id))
        });
        listed.collect()
    };
    let mut paragraphs = Vec::new();
    let no_speedup = listed(|outcome| match outcome {
        Outcome::NoSpeedupHere { reference_speedup } => Some(*reference_speedup),
        _ => None,
    });
    if !no_speedup.is_empty() {
        paragraphs.push(format!(
            "No figures: the reference solution itself was less than {} times as fast as the same work in a row, on this \
             machine at that moment, which says nothing of {}.",
            measurements.telling_speedup,
            no_speedup.join(", ")
        ));
    }
    let disturbed = listed(|outcome| match outcome {
        Outcome::Disturbed { reference_speedup } => Some(*reference_speedup),
        _ => None,
    });
    if !disturbed.is_empty() {
        paragraphs.push(format!(
            "No figures: the reference solution seemed faster than {} can be, so other programs got in the way; measure \
             again when the machine is idle: {}.",
            count(measurements.cores, "core"),
            disturbed.join(", ")
        ));
    }
    for (exercise, answer) in answers {
        if let Outcome::NotMeasured { message } = &answer.outcome {
            paragraphs.push(format!(
                "Not measured: {}, {} {}: {message}.",
                name(answer),
                exercise.id,
                exercise.name
            ));
        }
    }
    let not_passed: usize = measurements.exercises.iter().map(|exercise| exercise.not_passed).sum();
    if not_passed > 0 {
        paragraphs.push(format!("Not measured: {} without the verdict `pass`.", count(not_passed, "answer")));
    }
    if measurements.exercises.is_empty() {
        paragraphs.push(
            "Nothing was measured: an event loop has one thread, and no other exercise was graded.".into(),
        );
    }
    paragraphs
}

/// A student's id on one line; it is the name of a folder, and that may hold anything.
fn name(answer: &Measured) -> String {
    answer.id.replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measurements(outcomes: Vec<Outcome>, not_passed: usize) -> Measurements {
        let submissions = outcomes.into_iter().zip(["ada\nbob  pass", "carol", "dave", "erin"]);
        Measurements {
            schema: "measured/1",
            grader: "0.0.0",
            cores: 2,
            busy_before: Some(0.1),
            rounds: 5,
            telling_speedup: 1.2,
            exercises: vec![OfExercise {
                id: "03",
                name: "ordered-map",
                not_passed,
                submissions: submissions.map(|(outcome, id)| Measured { id: id.into(), outcome }).collect(),
            }],
        }
    }

    #[test]
    fn each_kind_of_outcome_is_told_in_its_own_words() {
        let outcomes = vec![
            Outcome::Measured {
                sequential_ms: 100.0,
                reference_ms: 50.0,
                submission_ms: 62.5,
                reference_speedup: 2.0,
                speedup: 1.6,
                to_reference: 0.8,
            },
            Outcome::NoSpeedupHere { reference_speedup: 1.04 },
            Outcome::Disturbed { reference_speedup: 2.9 },
            Outcome::NotMeasured { message: "it panicked: `\u{1b}[2Jno`".into() },
        ];
        let text = measured(&measurements(outcomes, 3), 100);
        let lines = [
            "03 ordered-map   ada\\nbob  pass     100 ms   50 ms, 2.00 x   62 ms, 1.60 x           80 %",
            "nothing of carol 03 (1.04).",
            "dave 03 (2.90).",
            "Not measured: erin, 03 ordered-map: it panicked: `\\u{1b}[2Jno`.",
            "Not measured: 3 answers without the verdict `pass`.",
        ];
        for line in lines {
            assert!(text.contains(line), "{line}\nis not in\n{text}");
        }
    }

    #[test]
    fn a_busy_machine_is_named_with_the_next_step() {
        let of = |busy| measured(&Measurements { busy_before: busy, ..measurements(Vec::new(), 0) }, 300);
        assert!(
            of(Some(2.0)).contains("2.0 of the machine's cores busy. That disturbs"),
            "{}",
            of(Some(2.0))
        );
        assert!(!of(Some(0.1)).contains("disturbs") && !of(None).contains("other programs"));
    }

    #[test]
    fn a_machine_without_a_speedup_gets_no_table() {
        let text = measured(&measurements(vec![Outcome::NoSpeedupHere { reference_speedup: 1.0 }], 0), 100);
        assert!(!text.contains(" ms"), "{text}");
    }
}
