//! Feedback for one student, fit to be sent: text for a terminal or a mail, and Markdown. The page is in `html`.

use std::fmt::Write;

use judge::suite::Status;
use judge::words::{inert, printable};
use textwrap::{Options, WordSplitter};

use super::audience::{Audience, Shown, findings, shown};
use crate::record::{Checked, Graded, Submission, Verdict};

/// As text of at most `width` columns.
pub(crate) fn text(submission: &Submission, audience: Audience, width: usize, colours: bool) -> String {
    let mut page = String::new();
    let score = points(submission.score, submission.max_score);
    let _ = writeln!(page, "{}: {score} points{}\n", line(&submission.id), late(submission));
    for graded in &submission.exercises {
        let _ = writeln!(page, "{}", heading(graded));
        for line in graded.message.iter().flat_map(|message| message.lines()) {
            let _ = writeln!(page, "    {}", printable(line));
        }
        let Shown { checks, withheld } = shown(graded, audience);
        for check in checks {
            let lost = format!("{:.1} / {:.1}", check.score, check.max_score);
            let _ = writeln!(page, "  {:<12} {:<40} {lost}", mark(check), check.id);
            // What is not done yet is said once, by the message.
            if graded.message.is_none() && is_told(check) {
                explanation(&mut page, check, width, colours);
            }
        }
        if let Some(withheld) = withheld {
            let of = points(Some(withheld.score), withheld.max_score);
            let _ = writeln!(page, "  {} more, not shown here: {of} points", withheld.checks);
        }
        for change in &graded.changes {
            let options = Options::new(width).initial_indent("  ").subsequent_indent("      ");
            let _ = writeln!(page, "{}", inert(&textwrap::fill(&line(&change.in_words()), options)));
        }
        page.push('\n');
    }
    page
}

fn explanation(page: &mut String, check: &Checked, width: usize, colours: bool) {
    for (name, text) in told(check) {
        let first = format!("      {name:<9} ");
        let options = Options::new(width).initial_indent(&first).subsequent_indent("                ");
        let options = options.word_splitter(WordSplitter::NoHyphenation);
        // Once more: a line may begin elsewhere now.
        let _ = writeln!(page, "{}", inert(&textwrap::fill(&printable(text), options)));
    }
    if let Some(timeline) = &check.evidence.timeline {
        for line in timeline.text(width.saturating_sub(6), colours).lines() {
            let _ = writeln!(page, "      {line}");
        }
    }
}

/// What follows the points of a hand-in that was late.
fn late(submission: &Submission) -> &'static str {
    if submission.late { ", handed in late" } else { "" }
}

/// As Markdown. Whatever is not the kit's own stands in code, in which nothing has a meaning.
pub(crate) fn markdown(submission: &Submission, audience: Audience) -> String {
    let mut page = String::new();
    let score = points(submission.score, submission.max_score);
    let _ = writeln!(page, "# {}: {score} points{}\n", code(&line(&submission.id)), late(submission));
    for graded in &submission.exercises {
        let _ = writeln!(page, "## {}\n", heading(graded));
        if let Some(message) = &graded.message {
            fence(&mut page, message);
        }
        let Shown { checks, withheld } = shown(graded, audience);
        if !checks.is_empty() {
            page.push_str("| check | | points |\n|---|---|---:|\n");
        }
        for check in &checks {
            let _ = writeln!(
                page,
                "| {} | {} | {:.1} / {:.1} |",
                code(&check.id),
                mark(check),
                check.score,
                check.max_score
            );
        }
        if let Some(withheld) = withheld {
            let of = points(Some(withheld.score), withheld.max_score);
            let _ = writeln!(page, "\n{} more, not shown here: {of} points", withheld.checks);
        }
        if !graded.changes.is_empty() {
            page.push('\n');
        }
        for change in &graded.changes {
            let _ = writeln!(page, "- {}", escaped(&change.in_words()));
        }
        page.push('\n');
        for check in checks.into_iter().filter(|check| graded.message.is_none() && is_told(check)) {
            let _ = writeln!(page, "### {}: {}\n", code(&check.id), check.status);
            for (name, text) in told(check) {
                let _ = writeln!(page, "- **{name}** {}", escaped(text));
            }
            page.push('\n');
            if let Some(timeline) = &check.evidence.timeline {
                fence(&mut page, &timeline.text(100, false));
            }
        }
    }
    page
}

/// The promise that a check is about, then what was found; where the same was expected, once.
fn told(check: &Checked) -> impl Iterator<Item = (&'static str, &str)> {
    let promise = check.evidence.promise.as_str();
    let first = Some(("promise", promise)).filter(|(_, promise)| !promise.is_empty());
    let findings = findings(check).into_iter().filter(move |(_, text)| *text != promise);
    first.into_iter().chain(findings)
}

/// Whether a check has something of its own to say.
fn is_told(check: &Checked) -> bool {
    !matches!(check.status, Status::Pass | Status::Skipped)
}

fn heading(graded: &Graded) -> String {
    let verdict = graded.verdict.as_str().replace('_', " ");
    let of = points(graded.score, graded.max_score);
    match graded.verdict {
        Verdict::Error => format!("{} {}: not graded, trouble of the machine", graded.id, graded.name),
        _ => format!("{} {}: {verdict}, {of}", graded.id, graded.name),
    }
}

fn mark(check: &Checked) -> String {
    format!("{} {}", if check.status == Status::Pass { "✓" } else { "✗" }, check.status)
}

fn points(score: Option<f64>, of: f64) -> String {
    score.map_or_else(|| format!("- / {of:.1}"), |score| format!("{score:.1} / {of:.1}"))
}

/// On one line.
fn line(text: &str) -> String {
    printable(&text.replace('\n', " "))
}

/// A code span around a text that may hold backticks itself.
fn code(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let room = if longest > 0 { " " } else { "" };
    format!("{ticks}{room}{}{room}{ticks}", line(text).replace('|', "\\|"))
}

/// A code block around a text that may hold fences itself.
fn fence(page: &mut String, text: &str) {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0).max(2);
    let ticks = "`".repeat(longest + 1);
    let _ = writeln!(page, "{ticks}text\n{}\n{ticks}\n", printable(text.trim_end()));
}

/// Prose of the kit's that may quote the student's: code spans stay, nothing else is markup.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (index, part) in line(text).split('`').enumerate() {
        if index % 2 == 1 {
            let _ = write!(shown, "{}", code(part));
            continue;
        }
        for letter in part.chars() {
            if letter.is_ascii_punctuation()
                && !matches!(letter, ',' | '.' | ':' | ';' | '/' | '\'' | '?' | '=')
            {
                shown.push('\\');
            }
            shown.push(letter);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example::{HOSTILE, class, hostile, not_judged, of_each_visibility};

    fn alice(graded: Graded) -> Submission {
        class([("alice", graded)]).submissions.remove(0)
    }

    #[test]
    fn feedback_tells_each_check_and_why_it_did_not_pass_as_far_as_its_reader_may_know() {
        let submission = alice(of_each_visibility());
        for page in [
            text(&submission, Audience::AfterDueDate, 80, false),
            markdown(&submission, Audience::AfterDueDate),
        ] {
            for shown in ["alice", "0.0 / 10.0", "seen", "observed of seen", "hint of due"] {
                assert!(page.contains(shown), "{shown}:\n{page}");
            }
            assert!(page.contains("2 more, not shown here: 0.0 / 5.0 points"), "{page}");
            assert!(!page.contains("published") && !page.contains("hidden"), "{page}");
        }
    }

    #[test]
    fn nothing_that_a_hand_in_says_steers_a_terminal() {
        let submission = class([(HOSTILE, hostile())]).submissions.remove(0);
        let page = text(&submission, Audience::Student, 80, false);
        assert!(page.lines().any(|line| line.contains("img src=x")));
        assert!(!page.contains(['\u{1b}', '\u{202e}']));
    }

    #[test]
    fn nothing_that_a_hand_in_says_is_markup_in_markdown() {
        let submission = class([(HOSTILE, hostile())]).submissions.remove(0);
        let page = markdown(&submission, Audience::Student);
        // In prose every mark is escaped; elsewhere it stands in code.
        for line in page.lines().filter(|line| line.starts_with("- ")) {
            assert!(
                !line.split('`').step_by(2).any(|prose| prose.replace("\\<", "").contains('<')),
                "{line}"
            );
        }
        let compiler = alice(not_judged(Verdict::BuildError, "```\n# not a heading\n```"));
        let page = markdown(&compiler, Audience::Student);
        assert!(page.contains("````text\n```\n# not a heading\n```\n````\n"), "{page}");
    }
}
