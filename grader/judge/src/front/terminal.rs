//! What the reader's terminal is like: how wide, whether it has colours, and whether anybody reads.

use std::io;
use std::panic;

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

/// The status of a program whose output nobody reads any more, as shells tell it: 128 + SIGPIPE.
const UNREAD: i32 = 141;

/// Whoever read what this program prints may go before its end (`| head`): from here on it ends quietly then, as other programs do,
/// instead of with a panic's message. The signal that would do the same stays ignored, since programs that are judged go away, too.
pub fn end_quietly_if_unread() {
    let otherwise = panic::take_hook();
    panic::set_hook(Box::new(move |told| {
        let file = told.location().map_or("", panic::Location::file);
        if told.payload_as_str().is_some_and(|message| is_unread(message, file)) {
            std::process::exit(UNREAD);
        }
        otherwise(told);
    }));
}

/// Whether a panic says that nobody reads: that of `println!`, or of the library that reports tests.
fn is_unread(message: &str, file: &str) -> bool {
    if file.contains("libtest-mimic") {
        return message.contains("kind: BrokenPipe");
    }
    let error = message.strip_prefix("failed printing to stdout: ");
    let number = error.and_then(|error| error.rsplit_once("(os error ")?.1.strip_suffix(')')?.parse().ok());
    number.is_some_and(|number| io::Error::from_raw_os_error(number).kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_output_that_nobody_reads_ends_quietly() {
        let (pipe, full) = if cfg!(windows) { (232, 112) } else { (32, 28) };
        let printing = |number| {
            let error = io::Error::from_raw_os_error(number);
            is_unread(&format!("failed printing to stdout: {error}"), "std/io/stdio.rs")
        };
        assert!(printing(pipe));
        assert!(!printing(full));
        let unwrapped =
            format!("called `Result::unwrap()` on an `Err` value: {:?}", io::Error::from_raw_os_error(pipe));
        assert!(is_unread(&unwrapped, "registry/libtest-mimic-0.8.1/src/printer.rs"));
        assert!(!is_unread(&unwrapped, "grader/judge/src/engine/link.rs"));
    }
}
