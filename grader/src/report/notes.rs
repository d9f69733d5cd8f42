//! What the intake has to say about single hand-ins: several attempts, groups.

use std::fmt::Write;

use judge::words::{inert, printable};
use textwrap::Options;

/// The notes with their students' ids, wrapped to `width` columns; nothing where there are none.
pub(crate) fn notes(notes: &[(String, String)], width: usize) -> String {
    let mut text = String::new();
    for (id, note) in notes {
        let _ = if text.is_empty() { writeln!(text, "handed in") } else { Ok(()) };
        let options = Options::new(width).initial_indent("  ").subsequent_indent("      ");
        let note = printable(&format!("{id}: {note}").replace('\n', "\\n"));
        let _ = writeln!(text, "{}", inert(&textwrap::fill(&note, options)));
    }
    text
}
