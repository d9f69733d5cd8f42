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
    command.current_dir(&course.root).stdin(Stdio::null());
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
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok(Tested { success: output.status.success(), messages })
}
