//! GRADING.md lists the commands and options that there are, and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use clap::{Command, CommandFactory};

use super::Cli;

/// Options by command.
type Options = BTreeMap<String, BTreeSet<String>>;

/// What GRADING.md lists: a line `grader NAME` begins a command, and the lines below it, up to the next command, are about it.
fn listed() -> Options {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../GRADING.md");
    let document = fs::read_to_string(path).expect("GRADING.md can be read");
    let mut options = Options::new();
    // A document that is cut at its code fences: every second piece is code.
    let listings = document.split("\n```").skip(1).step_by(2).filter_map(|code| code.strip_prefix("text\n"));
    for listing in listings {
        let mut command = None;
        for line in listing.lines() {
            let mut words = line.split_whitespace();
            if words.next() == Some("grader") {
                command = words.next();
            }
            let Some(command) = command else { continue };
            let of_command = options.entry(command.to_owned()).or_default();
            let names = line.split("--").skip(1).map(|rest| {
                rest.split(|c: char| !(c.is_ascii_lowercase() || c == '-')).next().unwrap_or_default()
            });
            of_command.extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
        }
    }
    options
}

/// What the command line takes.
fn taken() -> Options {
    fn of(command: &Command) -> BTreeSet<String> {
        let own = command.get_arguments().filter_map(|argument| argument.get_long()).map(str::to_owned);
        own.chain(command.get_subcommands().flat_map(of)).collect()
    }
    Cli::command().get_subcommands().map(|command| (command.get_name().to_owned(), of(command))).collect()
}

#[test]
fn grading_md_lists_what_the_command_line_takes() {
    assert_eq!(listed(), taken());
}
