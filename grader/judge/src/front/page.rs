//! What a student reads when a check does not pass: the promise, what was expected and observed, the likely cause, the next
//! thing to try.

use std::fmt::Write;

use crate::engine::Error;
use crate::suite::{Check, CheckResult, Status};
use crate::words::printable;

/// Lines of the program's own output that are shown.
const OUTPUT_LINES: usize = 20;

/// The text for a check that did not pass.
pub(super) fn of(check: &Check, result: &CheckResult) -> String {
    let Some((case, finding)) = &result.finding else { return String::new() };
    if finding.not_done {
        return format!("not done yet\n{}\n", row("next", &finding.hint));
    }
    if finding.status == Status::Skipped {
        return format!("{}\n", finding.observed);
    }
    let mut page = format!("{} ({})\n", finding.status, check.category.as_str());
    for (name, text) in [
        ("promise", check.promise),
        ("case", case),
        ("expected", &finding.expected),
        ("observed", &finding.observed),
        ("likely", &finding.cause),
        ("try", &finding.hint),
    ] {
        page.push_str(&row(name, text));
    }
    let output = result.run.as_ref().map_or("", |run| &run.output);
    if !output.trim().is_empty() {
        let lines: Vec<&str> = output.lines().collect();
        let shown = &lines[..lines.len().min(OUTPUT_LINES)];
        let _ = writeln!(page, "  your program printed ({} of {} lines):", shown.len(), lines.len());
        for line in shown {
            let _ = writeln!(page, "    {}", line.escape_debug());
        }
    }
    page
}

/// A machine that does not let the judge work.
pub(super) fn trouble(error: &Error) -> String {
    format!("could not be judged, and that is not your code's fault: {error}")
}

/// `  expected  …`, wrapped under itself.
fn row(name: &str, text: &str) -> String {
    let first = format!("  {name:<9} ");
    let options = textwrap::Options::new(108).initial_indent(&first).subsequent_indent("            ");
    textwrap::fill(&printable(text), options) + "\n"
}
