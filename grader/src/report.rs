//! Renders gradings. Each renderer returns text; the command line prints it.

mod alike;
pub(crate) mod audience;
#[cfg(test)]
pub(crate) mod example;
mod feedback;
pub(crate) mod html;
mod human;
mod kept;
mod measured;
mod notes;
mod tally;

use anyhow::Result;
use judge::words::brackets_of_commands;
use serde::Serialize;

pub(crate) use alike::{alike, likeness};
pub(crate) use feedback::{markdown, text};
pub(crate) use human::human;
pub(crate) use kept::{comparison, gradings, history};
pub(crate) use measured::measured;
pub(crate) use notes::notes;

/// A JSON document, indented, with a newline at its end.
pub(crate) fn json(document: &impl Serialize) -> Result<String> {
    Ok(without_commands(serde_json::to_string_pretty(document)? + "\n"))
}

/// JSON that means the same, and is no command to a CI system that reads it: a bracket in a text may be written by its number.
pub(crate) fn without_commands(mut json: String) -> String {
    for bracket in brackets_of_commands(&json).into_iter().rev() {
        json.replace_range(bracket..=bracket, "\\u005b");
    }
    json
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_document_is_no_command_and_means_the_same() {
        let said = ["a ##[error]b", "#[derive]", "::error::x"];
        let json = super::json(&said).unwrap();
        assert!(!json.contains("##[") && json.contains("#[derive]"), "{json}");
        assert!(json.lines().all(|line| !line.trim_start().starts_with("::")), "{json}");
        assert_eq!(serde_json::from_str::<[String; 3]>(&json).unwrap(), said);
    }
}
