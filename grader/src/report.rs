//! Renders gradings. Each renderer returns text; the command line prints it.

pub(crate) mod audience;
#[cfg(test)]
mod example;
mod feedback;
pub(crate) mod html;
mod human;
mod kept;
mod measured;
mod notes;
mod tally;

use anyhow::Result;
use serde::Serialize;

pub(crate) use feedback::{markdown, text};
pub(crate) use human::human;
pub(crate) use kept::{comparison, gradings, history};
pub(crate) use measured::measured;
pub(crate) use notes::notes;

/// A JSON document, indented, with a newline at its end.
pub(crate) fn json(document: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}
