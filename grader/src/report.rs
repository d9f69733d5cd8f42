//! Renders gradings. Each renderer returns text; the command line prints it.

mod human;

use anyhow::Result;

use crate::record::Grading;
pub(crate) use human::human;

/// The JSON document, indented, with a newline at its end.
pub(crate) fn json(grading: &Grading) -> Result<String> {
    Ok(serde_json::to_string_pretty(grading)? + "\n")
}
