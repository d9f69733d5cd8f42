//! From sources to a program: the student's crate, compiled against the pristine manifest's dependencies, and linked with
//! the pristine adapter.
//!
//! The dependencies are built once, by cargo, in the kit's own target folder; each hand-in costs two calls of rustc, in the
//! jail.

mod diagnostics;
mod prepared;
mod store;
mod workroom;
mod workshop;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use sandbox::ViewEntry;

use crate::intake::{self, Reads, Sources};
use crate::jail::{Compilation, Compiled, Jail};
use crate::kit::{Exercise, Kit};
pub(crate) use prepared::Prepared;
pub(crate) use workroom::Workroom;
use workshop::Workshop;

/// What became of a hand-in's sources.
pub(crate) enum Built {
    Program(Program),
    /// The compiler's messages.
    Failed(String),
    /// It reads or holds what is not allowed: where, which, and what to do instead.
    Refused(String),
}

/// A judged program. Its folders go with it.
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// An empty folder to run it in.
    pub(crate) scratch: PathBuf,
    /// Whether the compiler had warnings about the student's code.
    pub(crate) warnings: bool,
    _workshop: Workshop,
}

/// A library that the compiler is given: its name in code, and its file.
#[derive(Debug, Clone)]
struct Extern {
    name: String,
    file: PathBuf,
}

/// Builds sources as the crate of an exercise.
pub(crate) fn build(
    kit: &Kit,
    prepared: &Prepared,
    jail: Jail,
    exercise: &Exercise,
    sources: &Sources,
) -> Result<Built> {
    let workshop = Workshop::new(prepared.workroom(), kit, exercise, sources)?;
    let library = exercise.library();
    let crate_root = format!("{}/src/lib.rs", exercise.folder());
    let mut given = prepared.externs(exercise);

    let mut arguments = common(&crate_root, &library, "lib");
    arguments.extend(["--emit=metadata,link,dep-info", "-F", "unsafe_code"].map(str::to_owned));
    let out = &workshop.library;
    let compiled = compile(prepared, jail, &workshop, out, arguments, &given)?;
    if let Compiled::Done(said) | Compiled::Refused(said) = &compiled {
        // There is none where the build broke off early.
        let list = std::fs::read(out.join(format!("{library}.d"))).ok();
        ensure!(
            list.is_some() || matches!(compiled, Compiled::Refused(_)),
            "the compiler listed no dependencies"
        );
        let list = list.as_deref().map(String::from_utf8_lossy);
        let src = Path::new(&crate_root).parent().unwrap_or(Path::new(""));
        if let Some(why) = intake::refusal(src, sources, &Reads::new(list.as_deref(), said)) {
            return Ok(Built::Refused(why));
        }
    }
    let warnings = match compiled {
        Compiled::Done(said) => diagnostics::read(&said, &given).warnings,
        Compiled::Refused(said) => return Ok(Built::Failed(students_errors(&said, &given)?)),
        Compiled::TooMuch(message) => return Ok(Built::Failed(message)),
    };

    given.push(Extern { file: out.join(format!("lib{library}.rlib")), name: library });
    given.push(prepared.judge());
    let mut arguments = common("kit/subject.rs", "subject", "bin");
    arguments.push("--emit=link".to_owned());
    match compile(prepared, jail, &workshop, &workshop.program, arguments, &given)? {
        Compiled::Done(_) => {}
        Compiled::Refused(said) => {
            let errors = students_errors(&said, &given)?;
            return Ok(Built::Failed(format!(
                "The function can't be called as the exercise's contract says: its name or signature was changed, or it \
                 asks for more than the contract gives.\n\n{errors}"
            )));
        }
        Compiled::TooMuch(message) => return Ok(Built::Failed(message)),
    }
    let path = workshop.take_out("subject")?;
    Ok(Built::Program(Program { path, scratch: workshop.scratch.clone(), warnings, _workshop: workshop }))
}

/// One call of the compiler. It sees the toolchain, the kit's libraries, those that were given and the sources.
fn compile(
    prepared: &Prepared,
    jail: Jail,
    workshop: &Workshop,
    out: &Path,
    mut arguments: Vec<String>,
    given: &[Extern],
) -> Result<Compiled> {
    arguments.push(format!("-Ldependency={}", prepared.libraries().display()));
    let mut view = sandbox::toolchain_view(prepared.sysroot());
    view.push(ViewEntry::same(prepared.libraries()));
    for Extern { name, file } in given {
        arguments.extend(["--extern".to_owned(), format!("{name}={}", file.display())]);
        if !file.starts_with(prepared.libraries()) {
            view.push(ViewEntry::same(file));
        }
    }
    let rustc = &prepared.sysroot().join("bin/rustc");
    jail.compile(Compilation { rustc, view, sources: &workshop.sources, out, arguments })
}

/// The compiler's errors, if they are about the student's code.
fn students_errors(said: &[u8], given: &[Extern]) -> Result<String> {
    let messages = diagnostics::read(said, given);
    match messages.not_the_students {
        None => Ok(messages.errors),
        Some(error) => {
            bail!(
                "the compiler can't use what the kit gives it; remove the kit's `target/grader` and try again. {error}"
            )
        }
    }
}

/// As cargo compiles a development build, with lines and types for deadlocks: "`Mutex::lock` at src/lib.rs:22" needs both.
fn common(crate_root: &str, name: &str, kind: &str) -> Vec<String> {
    let fixed = ["--edition=2024", "--error-format=json", "-Cdebuginfo=limited", "-Ccodegen-units=1"];
    let mut arguments =
        vec![crate_root.to_owned(), format!("--crate-name={name}"), format!("--crate-type={kind}")];
    arguments.extend(fixed.map(str::to_owned));
    arguments
}
