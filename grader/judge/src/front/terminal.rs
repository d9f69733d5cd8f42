//! What the reader's terminal is like: how wide, and whether it has colours.

use anstream::{AutoStream, ColorChoice};

/// Columns where there is no terminal.
const ELSEWHERE: usize = 100;
/// Columns that a page uses at least and at most.
const COLUMNS: (usize, usize) = (60, 140);

/// The width of a page: `COLUMNS`, or the terminal's.
#[must_use]
pub fn width() -> usize {
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let columns = named.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
    columns.unwrap_or(ELSEWHERE).clamp(COLUMNS.0, COLUMNS.1)
}

/// Whether to use colours: what is asked for decides, then `CARGO_TERM_COLOR` as for cargo itself, then `NO_COLOR`, `CLICOLOR`, `TERM`
/// and whether the output is a terminal.
#[must_use]
pub fn colours(asked: Option<bool>) -> bool {
    let cargo = || match std::env::var("CARGO_TERM_COLOR").as_deref() {
        Ok("always") => Some(true),
        Ok("never") => Some(false),
        _ => None,
    };
    asked.or_else(cargo).unwrap_or_else(|| AutoStream::choice(&std::io::stdout()) != ColorChoice::Never)
}
