//! The command line. Exit status: 0 all is well, 1 some check does not pass, 2 something could not be done.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use judge::front::terminal;

use crate::course::Course;
use crate::draw::View;
use crate::{hint, list, reset, standing, trace, watch};

/// The students' companion to the exercises. Without a command it lists them.
#[derive(Parser)]
#[command(name = "cargo kit", bin_name = "cargo kit", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// The exercises: the path through the course, their levels, and what is done
    List,
    /// Run the checks of what was saved, at once and again with each save; keys for hint, again, next, reset, trace, quit
    Watch {
        /// `03`, or a part of its name; without it the first exercise that is not done
        exercise: Option<String>,
        /// End after so many verdicts, where there is no terminal
        #[arg(long, hide = true)]
        verdicts: Option<usize>,
    },
    /// Run the checks of an exercise once, as `cargo test -p exercise-NN` does
    Run {
        /// `03`, or a part of its name
        exercise: String,
        /// Only checks whose names contain this
        check: Option<String>,
    },
    /// A hint of the lesson, from 1 (something to think about) to 3 (nearly the answer)
    Hint {
        /// `03`, or a part of its name
        exercise: String,
        /// How strong
        #[arg(default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=3))]
        strength: u8,
    },
    /// Take `src/lib.rs` back to the stub; a copy of yours stays beside it
    Reset {
        /// `03`, or a part of its name
        exercise: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Draw what your code did in a check: in text, as a picture (SVG) and as a trace for ui.perfetto.dev
    Trace {
        /// `03`, or a part of its name
        exercise: String,
        /// The check; without it the first that does not pass
        check: Option<String>,
    },
}

/// Does what the command line asks for.
pub(crate) fn run() -> Result<ExitCode> {
    let command = Arguments::parse().command.unwrap_or(Command::List);
    // It lives as long as the process: watching shares it between threads.
    let course: &'static Course = Box::leak(Box::new(Course::find(&std::env::current_dir()?)?));
    let view = View { width: terminal::width(), colours: terminal::colours(None) };
    match command {
        Command::List => print!("{}", list::page(course, view)?),
        Command::Watch { exercise, verdicts } => watch::run(course, exercise.as_deref(), verdicts, view)?,
        Command::Run { exercise, check } => {
            return standing::run_aloud(course, course.exercise(&exercise)?, check.as_deref(), view);
        }
        Command::Hint { exercise, strength } => {
            print!("{}", hint::page(course.exercise(&exercise)?, usize::from(strength), view)?);
        }
        Command::Reset { exercise, yes } => reset::run(course, course.exercise(&exercise)?, yes)?,
        Command::Trace { exercise, check } => {
            print!("{}", trace::run(course, course.exercise(&exercise)?, check.as_deref(), view)?);
        }
    }
    Ok(ExitCode::SUCCESS)
}
