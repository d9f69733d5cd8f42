//! `cargo kit`: the students' companion. It lists the exercises, watches them, runs them, gives hints, takes an exercise back to
//! its beginning and draws what an answer did.
//!
//! It judges nothing itself: `cargo test -p exercise-NN` does, and leaves a record of each check (`judge::front`). It knows the
//! exercises from their folders and lessons. Invariant: it holds no state that could get lost. What is done is seen from the
//! code; what is remembered of a run, in `target`, is keyed by the code and costs one run if it is gone.

mod cli;
mod course;
mod draw;
mod hint;
mod lesson;
mod list;
mod process;
mod reset;
mod standing;
mod trace;
mod watch;

use std::process::ExitCode;

fn main() -> ExitCode {
    judge::front::terminal::end_quietly_if_unread();
    match cli::run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
