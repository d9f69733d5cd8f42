//! What a student reads when a check does not pass: the promise, what was expected and observed, the timeline of the run, the
//! likely cause, the next thing to try.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::CheckRecord;
use super::record::Told;
use crate::suite::Status;
use crate::timeline::Timeline;
use crate::words::{inert, printable};

/// Lines of the program's own output that are shown.
const OUTPUT_LINES: usize = 20;
/// Columns before the text of a row: two spaces, its name, a space.
const INDENT: usize = 12;

impl CheckRecord {
    /// The page, in lines of at most `width` columns; empty where the check passed.
    #[must_use]
    pub fn page(&self, width: usize, colours: bool) -> String {
        self.page_with(None, width, colours)
    }

    /// One line instead of the page: the check `first` has told the cause, which is the same.
    pub(super) fn page_after(&self, first: &str, width: usize, colours: bool) -> String {
        self.page_with(Some(first), width, colours)
    }

    fn page_with(&self, first: Option<&str>, width: usize, colours: bool) -> String {
        let Some(told) = &self.told else { return String::new() };
        let mut page = Page { width, colours, text: String::new() };
        page.check(self, told, first);
        page.text
    }
}

struct Page {
    width: usize,
    colours: bool,
    text: String,
}

const PLAIN: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const TRY: Style = AnsiColor::Cyan.on_default().bold();

impl Page {
    fn check(&mut self, check: &CheckRecord, told: &Told, first: Option<&str>) {
        if told.not_done {
            let _ = writeln!(self.text, "not done yet");
            return self.row("next", TRY, &told.hint);
        }
        if check.status == Status::Skipped {
            let _ = writeln!(self.text, "{}", told.observed);
            return;
        }
        let status = self.painted(BAD.bold(), check.status.as_str());
        let category = check.category.as_str();
        if let Some(first) = first {
            // One line: the page that helps is above, and a terminal shows the last lines.
            let _ = writeln!(
                self.text,
                "{status} ({category}), for the same cause as `{first}`, above; run this test alone to see more"
            );
            return;
        }
        let _ = writeln!(self.text, "{status} ({category})");
        self.row("promise", PLAIN, &check.promise);
        self.row("case", PLAIN, &check.case);
        if told.expected != check.promise {
            self.row("expected", GOOD, &told.expected);
        }
        self.row("observed", BAD, &told.observed);
        if let Some(timeline) = &check.timeline {
            self.timeline(timeline);
        }
        self.row("likely", PLAIN, &told.cause);
        self.row("try", TRY, &told.hint);
        self.printed(&told.printed);
    }

    fn timeline(&mut self, timeline: &Timeline) {
        if timeline.is_empty() {
            return self.row("timeline", PLAIN, "empty: no call of the work was started");
        }
        for line in timeline.text(self.width - 2, self.colours).lines() {
            let _ = writeln!(self.text, "  {line}");
        }
    }

    fn printed(&mut self, output: &str) {
        if output.trim().is_empty() {
            return;
        }
        let lines: Vec<&str> = output.lines().collect();
        let shown = &lines[..lines.len().min(OUTPUT_LINES)];
        let _ = writeln!(self.text, "  your program printed ({} of {} lines):", shown.len(), lines.len());
        for line in shown {
            let _ = writeln!(self.text, "    {}", line.escape_debug());
        }
    }

    /// `  expected  …`, wrapped under itself.
    fn row(&mut self, name: &str, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        let first = format!("  {}", self.painted(style, &format!("{name:<9} ")));
        let under = " ".repeat(INDENT);
        // A path or a name is opened or copied whole: no break at its hyphens.
        let options = textwrap::Options::new(self.width)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .initial_indent(&first)
            .subsequent_indent(&under);
        // Once more: a line may begin elsewhere now.
        let _ = writeln!(self.text, "{}", inert(&textwrap::fill(&printable(text), options)));
    }

    fn painted(&self, style: Style, text: &str) -> String {
        if self.colours { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}
