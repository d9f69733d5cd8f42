//! The command line: parses it, calls the pipeline, prints the report. The only part that prints.

mod alike;
mod bundle;
mod check;
mod export;
mod grade;
mod marked;
mod merge;
mod new;
mod release;
mod report;
mod results;
#[cfg(test)]
mod tests;
mod verify;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use anyhow::Result;
use judge::words::printable;
use sandbox::Tier;

use crate::exit::Exit;
use crate::jail::{Jail, Required};
use crate::trouble;

/// Grades hand-ins of the course's exercises in parallel and async programming.
///
/// Exit status: 0 graded, 1 a score is under --fail-under (or verify or check found something), 2 usage, 3 something could not be
/// graded, 130 stopped by Ctrl-C.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Grade hand-ins: a folder with `exercises/` in it, or a folder of such folders, one per student
    Grade(grade::Grade),
    /// Make the students' kit, without solutions and hidden suites, or bring an existing one up to date
    Release(release::Release),
    /// Unite the results of machines that graded parts of a class (`grade --partition`)
    Merge(merge::Merge),
    /// List, show, compare, regrade and prune what `grade --out` keeps
    Results(results::Results),
    /// Write what a grading says: for a class, or for one student to be sent
    Report(report::Report),
    /// Say which hand-ins are like one another, equal or nearly: for instructors, and never a verdict
    Alike(alike::AlikeArgs),
    /// Write a grading in the format of another program: gradebooks, autograders, test reports
    Export(export::Export),
    /// Bundle the kit for a site that grades by itself
    Bundle(bundle::Bundle),
    /// Verify the kit: stubs are not done, solutions pass, each hand-in of the corpus gets its declared verdict
    Verify(verify::Verify),
    /// Make another exercise: its lesson, stub, suite, solution and corpus, from a template
    New(new::New),
    /// Say what is missing or wrong of an exercise, without building anything
    Check(check::Check),
}

/// What every command needs.
#[derive(Args)]
struct Common {
    /// Only this exercise (03, 3 or ordered-map); may be given several times
    #[arg(long = "exercise", value_name = "EXERCISE")]
    exercises: Vec<String>,
    /// How many hand-ins are graded side by side [default: 4 for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Decides the schedules that are not fixed; the same seed gives the same schedules
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// The checkout of the kit to grade against [default: the one that this program was built from]
    #[arg(long, value_name = "DIR")]
    kit: Option<PathBuf>,
    /// How strongly hand-ins are fenced in: a weaker tier than there is, to try the kit in it
    #[arg(long, value_enum, value_name = "TIER", default_value_t = Sandbox::Auto)]
    sandbox: Sandbox,
}

/// Which tier of the sandbox.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sandbox {
    /// The strongest that this machine has
    Auto,
    /// A file system, process table and network of their own
    Namespaces,
    /// Landlock and a system call allowlist
    Landlock,
    /// Limits only: not a sandbox
    Limits,
}

impl Sandbox {
    /// The one that gives this tier.
    fn named(tier: &str) -> Self {
        match Tier::from_name(tier) {
            Some(Tier::Namespaces) => Self::Namespaces,
            Some(Tier::Landlock) => Self::Landlock,
            Some(Tier::Limits) => Self::Limits,
            None => Self::Auto,
        }
    }
}

impl Common {
    /// Where hand-ins run; says so on standard error where that is not safe.
    fn jail(&self, required: Required) -> Result<Jail> {
        let wanted = match self.sandbox {
            Sandbox::Auto => None,
            Sandbox::Namespaces => Some(Tier::Namespaces),
            Sandbox::Landlock => Some(Tier::Landlock),
            Sandbox::Limits => Some(Tier::Limits),
        };
        let jail = Jail::new(wanted, required)?;
        if !jail.tier().is_sandboxed() {
            eprintln!("warning: not sandboxed on this system: run only code you trust");
        }
        if let Some(why_not) = jail.why_no_more_sight() {
            eprintln!("warning: programs are judged by their CPU time alone. {why_not}");
        }
        Ok(jail)
    }

    fn jobs(&self) -> usize {
        // Runs wait in real time for whoever polls or sleeps: with fewer, cores would be idle.
        let some = || 4 * std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.map_or_else(some, usize::from)
    }
}

/// Says why fewer hand-ins are graded side by side than were wanted.
fn tell_of_fewer(jobs: usize, wanted: usize, why: Option<&str>) {
    if let Some(why) = why {
        eprintln!(
            "warning: {jobs} graded side by side and not {wanted}, as this machine gives no more: {why}"
        );
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table and explanations
    Human,
    /// One JSON document, schema grader/1
    Json,
    /// What happens, as it happens: a JSON object on each line, schema events/1
    Jsonl,
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    judge::engine::open_many_files();
    let done = match Cli::parse().command {
        Command::Grade(command) => command.run(),
        Command::Release(command) => command.run(),
        Command::Merge(command) => command.run(),
        Command::Results(command) => command.run(),
        Command::Report(command) => command.run(),
        Command::Alike(command) => command.run(),
        Command::Export(command) => command.run(),
        Command::Bundle(command) => command.run(),
        Command::Verify(command) => command.run(),
        Command::New(command) => command.run(),
        Command::Check(command) => command.run(),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(trouble) => {
            eprintln!("error: {}", printable(&trouble::words(&trouble)));
            Exit::Infrastructure.into()
        }
    }
}

/// The columns to write for: those of the terminal, within reason; 100 elsewhere.
fn width() -> usize {
    if std::io::stdout().is_terminal() { textwrap::termwidth().clamp(60, 140) } else { 100 }
}
