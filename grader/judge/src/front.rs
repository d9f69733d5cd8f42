//! `cargo test` for students: the `main` of a visible test target.
//!
//! The test binary is the judge and starts itself again as the subject, so that a crash, an `exit`, a deadlock or an endless
//! loop in the student's code is a failed test with an explanation, and the other tests still run. libtest-mimic gives it
//! the arguments and the output of an ordinary Rust test target (names, filters, `--list`, exit status).
//!
//! The tests are reported in the order of the suite, which is that in which a learner has to mend them, however many are judged
//! side by side.
//!
//! What is told of a check is a [`CheckRecord`]: a failed test prints its page. A program that wants the rest of it (the
//! students' companion does) names a folder in the variable [`RECORD_VARIABLE`], and finds a file for each check there.

mod causes;
mod page;
mod record;
mod stand;
pub mod terminal;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use libtest_mimic::{Arguments, ColorSetting, Failed, FormatSetting, Trial};

use crate::engine::{
    self,
    launch::{Launch, Program},
    sight,
};
use crate::subject::{self, Adapter, Seat, Worker};
use crate::suite::{Check, Judging, Status, Suite};
use crate::words;
use causes::Causes;
pub use record::{CheckRecord, RECORD_VARIABLE, Told};

/// Runs the suite's checks as tests; in the subject, serves the judge instead.
#[must_use]
pub fn main(adapter: Adapter, suite: impl FnOnce() -> Suite) -> ExitCode {
    serve_or_run((adapter, None), suite)
}

/// The same for an exercise whose answers start worker processes: in those, calls `worker`.
#[must_use]
pub fn main_with_workers(adapter: Adapter, worker: Worker, suite: impl FnOnce() -> Suite) -> ExitCode {
    serve_or_run((adapter, Some(worker)), suite)
}

fn serve_or_run(seat: Seat, suite: impl FnOnce() -> Suite) -> ExitCode {
    if subject::asked_for() {
        subject::serve(seat);
    }
    terminal::end_quietly_if_unread();
    engine::open_many_files();
    words::told_from(stand::before_sources());
    let mut arguments = Arguments::from_args();
    let asked = match arguments.color {
        Some(ColorSetting::Always) => Some(true),
        Some(ColorSetting::Never) => Some(false),
        _ => None,
    };
    let colours = terminal::colours(asked);
    arguments.color = Some(if colours { ColorSetting::Always } else { ColorSetting::Never });
    let width = terminal::width();
    let mut program = match Program::this() {
        Ok(program) => program,
        Err(error) => {
            eprintln!("error: the test binary cannot start itself again: {error}");
            return ExitCode::FAILURE;
        }
    };
    if !arguments.list
        && let Some(line) = look_around(&mut program)
        // That is for programs, and holds nothing else.
        && arguments.format != Some(FormatSetting::Json)
    {
        println!("\nsight: {line}");
    }
    // They live as long as the process: tests borrow them from any thread.
    let program: &'static dyn Launch = Box::leak(Box::new(program));
    let records = std::env::var_os(RECORD_VARIABLE).map(PathBuf::from);
    let suite: &'static Suite = Box::leak(Box::new(suite()));
    let judging = Arc::new(Judging::new(suite, program));
    let causes = Arc::new(Causes::default());
    let trial = |check: &'static Check| {
        let (judging, causes, records) = (Arc::clone(&judging), Arc::clone(&causes), records.clone());
        Trial::test(check.id, move || {
            engine::stay_on_one_core();
            let record = match judging.check(check) {
                Ok(result) => CheckRecord::of(suite, check, &result),
                Err(error) => CheckRecord::of_trouble(check, &error),
            };
            if let Some(folder) = records {
                record.write(&folder, suite).map_err(|error| Failed::from(error.to_string()))?;
            }
            if record.status == Status::Pass {
                return Ok(());
            }
            Err(Failed::from(match causes.told_by(&record) {
                Some(first) => record.page_after(&first, width, colours),
                None => record.page(width, colours),
            }))
        })
        .with_kind(check.category.as_str())
    };
    let trials: Vec<Trial> = suite.checks.iter().map(trial).collect();
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = arguments.test_threads.replace(1).unwrap_or_else(cores);
    if !arguments.list {
        let wanted = suite.checks.iter().zip(&trials).filter(|(_, trial)| !arguments.is_filtered_out(trial));
        judge_ahead(&judging, wanted.map(|(check, _)| check).collect(), threads.saturating_sub(1));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Finds out how closely this machine lets this program be looked at, and has it looked at so. Where that is not as closely as can
/// be, returns what is to be said of it.
fn look_around(program: &mut Program) -> Option<String> {
    // Where it can't even be launched, each test says so.
    let probe = sight::probe(program).ok()?;
    program.sight = probe.sight;
    let why_not = probe.why_not?;
    Some(sight::line(probe.sight, Some(&why_not)))
}

/// Plays on `threads` threads what the tests are going to ask for, but for the first: they find the runs done, or wait for them.
fn judge_ahead(judging: &Arc<Judging<'static>>, checks: Vec<&'static Check>, threads: usize) {
    let others = checks.len().saturating_sub(1);
    let left = Arc::new(Mutex::new(checks.into_iter().skip(1)));
    for _ in 0..threads.min(others) {
        let (judging, left) = (Arc::clone(judging), Arc::clone(&left));
        // Where there is none to be had, the tests play what they need.
        let _ = thread::Builder::new().spawn(move || {
            engine::stay_on_one_core();
            let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
            // Trouble of the machine is told by the test, which tries again.
            while let Some(check) = next() {
                let _ = judging.check(check);
            }
        });
    }
}
