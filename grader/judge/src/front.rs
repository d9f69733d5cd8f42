//! `cargo test` for students: the `main` of a visible test target.
//!
//! The test binary is the judge and starts itself again as the subject, so that a crash, an `exit`, a deadlock or an endless
//! loop in the student's code is a failed test with an explanation, and the other tests still run. libtest-mimic gives it
//! the arguments and the output of an ordinary Rust test target (names, filters, `--list`, exit status).

mod page;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::engine::launch::{Launch, Program};
use crate::subject::{self, Adapter};
use crate::suite::{Judging, Status, Suite};

/// Runs the suite's checks as tests; in the subject, serves the judge instead.
#[must_use]
pub fn main(adapter: Adapter, suite: impl FnOnce() -> Suite) -> ExitCode {
    if subject::asked_for() {
        subject::serve(adapter);
    }
    let arguments = Arguments::from_args();
    let program: &'static dyn Launch = match Program::this() {
        // They live as long as the process: tests borrow them from any thread.
        Ok(program) => Box::leak(Box::new(program)),
        Err(error) => {
            eprintln!("error: the test binary cannot start itself again: {error}");
            return ExitCode::FAILURE;
        }
    };
    let suite: &'static Suite = Box::leak(Box::new(suite()));
    let judging = Arc::new(Judging::new(suite, program));
    let trials = suite.checks.iter().map(|check| {
        let judging = Arc::clone(&judging);
        Trial::test(check.id, move || {
            let result = judging.check(check).map_err(|error| Failed::from(page::trouble(&error)))?;
            if result.status == Status::Pass { Ok(()) } else { Err(Failed::from(page::of(check, &result))) }
        })
        .with_kind(check.category.as_str())
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}
