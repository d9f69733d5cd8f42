//! Which hand-ins have the same sources, byte for byte: known since equal sources are judged once.

use std::fmt::Write;

use judge::words::{inert, printable};
use textwrap::Options;

/// The groups, each with its exercise, wrapped to `width` columns; nothing where there are none. What it means is for people to say.
pub(crate) fn alike(groups: &[(String, Vec<String>)], width: usize) -> String {
    let mut text = String::new();
    for (exercise, ids) in groups {
        let _ = if text.is_empty() { writeln!(text, "the same sources, byte for byte") } else { Ok(()) };
        let options = Options::new(width).initial_indent("  ").subsequent_indent("      ");
        let line = printable(&format!("{exercise}: {}", ids.join(", ")).replace('\n', "\\n"));
        let _ = writeln!(text, "{}", inert(&textwrap::fill(&line, options)));
    }
    text
}
