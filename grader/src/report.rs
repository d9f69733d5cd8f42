//! Renders gradings. Each renderer returns text; the command line prints it.

mod human;
mod kept;
mod measured;

use anyhow::Result;
use serde::Serialize;

pub(crate) use human::human;
pub(crate) use kept::{comparison, gradings, history};
pub(crate) use measured::measured;

/// A JSON document, indented, with a newline at its end.
pub(crate) fn json(document: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}
