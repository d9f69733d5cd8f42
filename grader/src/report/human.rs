//! The report that people read in a terminal: a table, then what did not pass and why.

use std::collections::BTreeMap;
use std::fmt::Write;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use judge::suite::Status;
use judge::words::{inert, printable};
use sandbox::Tier;
use textwrap::core::display_width;
use textwrap::{Options, WordSplitter};

use crate::course;
use crate::record::{Checked, Graded, Grading, Submission, Verdict};

/// The table, the sandbox's tier, how closely was looked, then the findings of each hand-in, wrapped to `width` columns.
pub(crate) fn human(grading: &Grading, width: usize) -> String {
    let mut text = table(grading, width);
    let _ = writeln!(text, "\nsandbox: {}", sandbox(&grading.sandbox));
    let _ = writeln!(text, "sight: {}", grading.sight_line());
    if let Some(changes) = course::in_words(grading) {
        let _ = writeln!(text, "points changed after they were judged: {changes}");
    }
    text.push('\n');
    for submission in &grading.submissions {
        findings(&mut text, submission, width);
    }
    printable(&text)
}

/// The tier, with what has to be known about the weakest.
fn sandbox(tier: &str) -> String {
    let is_none = Tier::from_name(tier).is_none_or(|tier| !tier.is_sandboxed());
    if is_none { format!("{tier} (not sandboxed: run only code you trust)") } else { tier.to_owned() }
}

fn table(grading: &Grading, width: usize) -> String {
    let in_words = rows(grading, cell);
    if breadth(&in_words) <= width {
        return drawn(in_words, width);
    }
    let graded = grading.submissions.iter().flat_map(|submission| &submission.exercises);
    let shortened = graded.filter_map(|graded| Some((in_short(graded.verdict)?, words(graded.verdict))));
    let shortened: BTreeMap<&str, String> = shortened.collect();
    let legend = shortened.iter().map(|(short, words)| format!("{short}: {words}"));
    let legend = ["points: pass, or fail if there could be more".to_owned()].into_iter().chain(legend);
    let legend: Vec<String> = legend.collect();
    let points_alone =
        rows(grading, |graded| in_short(graded.verdict).map_or_else(|| points(graded), str::to_owned));
    format!("{}({})\n", drawn(with_the_total_once(points_alone), width), legend.join("; "))
}

/// What all could have had stands in the last column's title, if it is the same for all.
fn with_the_total_once(mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let total = |row: &Vec<String>| Some(row.last()?.split_once(" / ")?.1.to_owned());
    let Some(of) = rows.get(1).and_then(total) else { return rows };
    if rows.iter().skip(1).all(|row| total(row).as_ref() == Some(&of)) {
        for (at, score) in rows.iter_mut().filter_map(|row| row.last_mut()).enumerate() {
            let alone = score.split(" / ").next().unwrap_or_default().to_owned();
            *score = if at == 0 { format!("of {of}") } else { alone };
        }
    }
    rows
}

/// The titles and a row for each hand-in.
fn rows(grading: &Grading, cell: impl Fn(&Graded) -> String) -> Vec<Vec<String>> {
    let exercises = grading.submissions.first().map_or(&[][..], |submission| &submission.exercises[..]);
    // Names only where there is room for them: the findings below have them all.
    let named = exercises.len() <= 2;
    let title =
        |graded: &Graded| if named { format!("{} {}", graded.id, graded.name) } else { graded.id.clone() };
    let row = |name: String, cells: Vec<String>, score: String| [vec![name], cells, vec![score]].concat();
    let titles = row("hand-in".to_owned(), exercises.iter().map(title).collect(), "score".to_owned());
    let rows = grading.submissions.iter().map(|submission| {
        let late = if submission.late { " (late)" } else { "" };
        let cells = submission.exercises.iter().map(&cell).collect();
        row(name(submission) + late, cells, score(submission.score, submission.max_score))
    });
    std::iter::once(titles).chain(rows).collect()
}

/// The columns that a table takes if no cell is wrapped.
fn breadth(rows: &[Vec<String>]) -> usize {
    let columns = rows.first().map_or(0, Vec::len);
    let widest = |column: usize| rows.iter().map(|row| display_width(&row[column])).max().unwrap_or(0);
    (0..columns).map(|column| widest(column) + PADDING).sum()
}

/// The blanks at both sides of a cell.
const PADDING: usize = 2;

fn drawn(rows: Vec<Vec<String>>, width: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    // The style puts a blank between columns besides their padding.
    let is_tight = breadth(&rows) + rows.first().map_or(0, Vec::len) > width;
    let mut rows = rows.into_iter();
    table.set_header(rows.next().unwrap_or_default());
    for row in rows {
        table.add_row(row);
    }
    if is_tight {
        table.column_iter_mut().for_each(|column| {
            column.set_padding((0, 0));
        });
    }
    if let Some(column) = table.column_iter_mut().last() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string() + "\n"
}

/// A student's id on one line; it is the name of a folder, and that may hold anything.
fn name(submission: &Submission) -> String {
    submission.id.replace('\n', "\\n")
}

fn cell(graded: &Graded) -> String {
    let verdict = words(graded.verdict);
    match graded.verdict {
        Verdict::Pass | Verdict::Fail => format!("{verdict} {}", points(graded)),
        _ => verdict,
    }
}

fn words(verdict: Verdict) -> String {
    verdict.as_str().replace('_', " ")
}

fn points(graded: &Graded) -> String {
    graded.score.map_or_else(|| "-".to_owned(), |score| format!("{score:.1}"))
}

/// What stands for a verdict in a table with many columns; `None`: the points.
fn in_short(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Pass | Verdict::Fail => None,
        Verdict::BuildError => Some("build"),
        Verdict::Rejected => Some("rej."),
        Verdict::Missing => Some("-"),
        Verdict::Error => Some("error"),
    }
}

fn score(score: Option<f64>, of: f64) -> String {
    score.map_or_else(|| format!("- / {of:.1}"), |score| format!("{score:.1} / {of:.1}"))
}

fn findings(text: &mut String, submission: &Submission, width: usize) {
    let is_told = |graded: &&Graded| graded.verdict != Verdict::Pass || !graded.changes.is_empty();
    let told = submission.exercises.iter().filter(is_told);
    let (absent, rest): (Vec<_>, Vec<_>) =
        told.partition(|graded| is_absent(graded) && graded.changes.is_empty());
    // One has the room for its reason; of many it is the same.
    let (absent, rest) =
        if absent.len() > 1 { (absent, rest) } else { (Vec::new(), [absent, rest].concat()) };
    if !absent.is_empty() {
        let names: Vec<String> =
            absent.iter().map(|graded| format!("{}-{}", graded.id, graded.name)).collect();
        let line = format!("{} · missing: {}", name(submission), names.join(", "));
        let options = Options::new(width).subsequent_indent("    ");
        let options = options.word_splitter(WordSplitter::NoHyphenation);
        let _ = writeln!(text, "{}\n", textwrap::fill(&line, options));
    }
    for graded in rest {
        let title = format!("{} · {} {}", name(submission), graded.id, graded.name);
        let _ = writeln!(text, "{title}: {}", graded.verdict.as_str().replace('_', " "));
        if let Some(message) = &graded.message {
            for line in message.lines() {
                let _ = writeln!(text, "    {line}");
            }
        }
        let not_passed: Vec<&Checked> =
            graded.checks.iter().filter(|check| check.status != Status::Pass).collect();
        // What is not done yet is said once, by the message.
        if graded.message.is_none() {
            for check in not_passed {
                finding(text, check, width);
            }
        }
        for change in &graded.changes {
            let options = Options::new(width).initial_indent("  ").subsequent_indent("      ");
            let _ = writeln!(text, "{}", inert(&textwrap::fill(&printable(&change.in_words()), options)));
        }
        text.push('\n');
    }
}

/// Whether there is nothing to say but that it was not handed in.
fn is_absent(graded: &Graded) -> bool {
    let usual =
        |message: &str| message == format!("there is no exercises/{}-{}/src/lib.rs", graded.id, graded.name);
    graded.verdict == Verdict::Missing && graded.message.as_deref().is_some_and(usual)
}

fn finding(text: &mut String, check: &Checked, width: usize) {
    let lost =
        format!("{} ({}): {}, -{:.1}", check.id, check.category.as_str(), check.status, check.max_score);
    if let Some(earlier) = check.evidence.same_as.as_ref().filter(|_| check.status != Status::Skipped) {
        let _ = writeln!(text, "  {lost}, for the same cause as {earlier}");
        return;
    }
    let _ = writeln!(text, "  {lost}");
    if check.status == Status::Skipped {
        return;
    }
    let rows = [
        ("expected", &check.expected),
        ("observed", &check.observed),
        ("likely", &check.cause),
        ("try", &check.hint),
    ];
    for (name, value) in rows {
        if let Some(value) = value {
            let first = format!("    {name:<9} ");
            let options = Options::new(width).initial_indent(&first).subsequent_indent("              ");
            let options = options.word_splitter(WordSplitter::NoHyphenation);
            let _ = writeln!(text, "{}", textwrap::fill(value, options));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example::{class, judged, not_judged};

    #[test]
    fn where_verdicts_have_no_room_the_table_holds_points_and_says_what_the_rest_means() {
        let mut grading = class([("ann", judged(Vec::new()))]);
        let exercises = &mut grading.submissions[0].exercises;
        exercises.push(not_judged(Verdict::Missing, "there is none"));
        exercises.push(not_judged(Verdict::BuildError, "a brace is missing"));
        let wide = table(&grading, 200);
        assert!(wide.contains("build error") && !wide.contains("points:"), "{wide}");
        let narrow = table(&grading, 50);
        assert!(narrow.lines().all(|line| line.starts_with('(') || display_width(line) <= 50), "{narrow}");
        assert!(narrow.ends_with("could be more; -: missing; build: build error)\n"), "{narrow}");
        // Each cell in one line: rules, titles and the one hand-in.
        assert_eq!(narrow.lines().count(), 6, "{narrow}");
    }

    #[test]
    fn many_exercises_that_were_not_handed_in_take_one_line_and_an_unusual_reason_one_of_its_own() {
        let absent = |id: &str, name: &str| Graded {
            id: id.to_owned(),
            name: name.to_owned(),
            ..not_judged(Verdict::Missing, &format!("there is no exercises/{id}-{name}/src/lib.rs"))
        };
        let mut grading = class([("ann", absent("01", "first"))]);
        let submission = &mut grading.submissions[0];
        submission.exercises.push(not_judged(Verdict::Missing, "there is lib.rs.txt: rename it"));
        let said = |submission: &Submission| {
            let mut text = String::new();
            findings(&mut text, submission, 80);
            text
        };
        assert!(said(submission).contains("01 first: missing\n    there is no"), "{}", said(submission));
        submission.exercises.push(absent("02", "second"));
        let text = said(submission);
        assert!(text.starts_with("ann · missing: 01-first, 02-second\n\n"), "{text}");
        assert!(text.contains("03 ordered-map: missing\n    there is lib.rs.txt"), "{text}");
        assert_eq!(text.matches("there is").count(), 1, "{text}");
    }
}
