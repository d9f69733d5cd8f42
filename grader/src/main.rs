//! `grader`: grades hand-ins of the course's exercises, and verifies the kit itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: this process may be a launcher, or a program that is looked at.
    sandbox::launcher_main_if_asked();
    grader::jail::serve_if_asked();
    judge::front::terminal::end_quietly_if_unread();
    grader::cli::main()
}
