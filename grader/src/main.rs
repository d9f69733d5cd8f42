//! `grader`: grades hand-ins of the course's exercises, and verifies the kit itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: this process may be a launcher.
    sandbox::launcher_main_if_asked();
    grader::cli::main()
}
