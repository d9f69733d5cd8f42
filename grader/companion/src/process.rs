//! Runs `cargo test` for an exercise: the one module of the companion that starts processes.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use judge::front::RECORD_VARIABLE;

use crate::course::{Course, Exercise};
use crate::draw::View;

/// What a test run ended with.
pub(crate) struct Tested {
    /// Whether cargo and the tests were content.
    pub(crate) success: bool,
    /// What cargo and the compiler said; empty where it went to the terminal.
    pub(crate) messages: String,
}

/// Whose streams a test run writes to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Streams {
    /// The companion's.
    Shared,
    /// Its own, of which cargo's messages are kept.
    Kept,
}

/// Runs the visible checks, all or those named `only`, and has their records written to `records`.
pub(crate) fn test(
    course: &Course,
    exercise: &Exercise,
    only: &[&str],
    records: &Path,
    (streams, view): (Streams, View),
) -> Result<Tested> {
    #[expect(clippy::disallowed_methods, reason = "this is the module that starts processes")]
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["test", "--quiet", "--package", &exercise.package(), "--test", "visible", "--"]).args(only);
    // Whatever folder the companion was called in, it names paths from the kit's root on, as the compiler does.
    command.current_dir(&course.root).env("PWD", &course.root).stdin(Stdio::null());
    // Set by the cargo that runs this program; what differs there would be built again.
    for (name, _) in std::env::vars_os() {
        if name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
        {
            command.env_remove(name);
        }
    }
    command.env(RECORD_VARIABLE, records).env("COLUMNS", view.width.to_string());
    command.env("CARGO_TERM_COLOR", if view.colours { "always" } else { "never" });
    let starts = "`cargo` could not be started: is Rust installed (https://rustup.rs)?";
    if streams == Streams::Shared {
        let success = command.status().context(starts)?.success();
        return Ok(Tested { success, messages: String::new() });
    }
    let output = command.stdout(Stdio::null()).stderr(Stdio::piped()).output().context(starts)?;
    let messages = errors_first(&String::from_utf8_lossy(&output.stderr));
    Ok(Tested { success: output.status.success(), messages })
}

/// The compiler's messages, the errors before the warnings. Each begins after an empty line, with what it is.
fn errors_first(messages: &str) -> String {
    let mut told: Vec<(bool, Vec<&str>)> = Vec::new();
    for part in messages.trim_end().split("\n\n") {
        let plain = part.trim_start_matches(|letter: char| !letter.is_ascii_lowercase() || letter == 'm');
        match (plain.starts_with("error"), plain.starts_with("warning"), told.last_mut()) {
            (false, false, Some((_, parts))) => parts.push(part),
            (is_error, ..) => told.push((!is_error, vec![part])),
        }
    }
    told.sort_by_key(|(is_warning, _)| *is_warning);
    told.into_iter().flat_map(|(_, parts)| parts).collect::<Vec<_>>().join("\n\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::errors_first;

    #[test]
    fn what_does_not_compile_is_told_before_what_could_be_better() {
        let warning = "\u{1b}[1m\u{1b}[33mwarning\u{1b}[0m: unused import\n --> src/lib.rs:1:5";
        let error = "\u{1b}[1m\u{1b}[91merror[E0308]\u{1b}[0m: mismatched types\n --> src/lib.rs:9:5";
        let more = "   a note of the error's, in a paragraph of its own";
        let last = "error: could not compile `exercise-03` (lib) due to 1 previous error";
        let messages = [warning, error, more, last].join("\n\n");
        assert_eq!(errors_first(&messages), [error, more, last, warning].join("\n\n") + "\n");
        assert_eq!(errors_first("plain words\n"), "plain words\n");
    }
}
