//! `grader`: grades hand-ins of the course's exercises, and verifies the kit itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    grader::cli::main()
}
