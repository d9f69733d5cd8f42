//! From sources to a program: the student's crate, compiled against the pristine manifest's dependencies, and linked with
//! the pristine adapter.
//!
//! The dependencies are built once, by cargo, in the kit's own target folder; each hand-in costs two calls of rustc.

mod diagnostics;
mod prepared;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::intake::{self, Reads, Sources};
use crate::kit::{Exercise, Kit};
use crate::process;
pub(crate) use prepared::Prepared;

/// What became of a hand-in's sources.
pub(crate) enum Built {
    Program(Program),
    /// The compiler's messages.
    Failed(String),
    /// It reads or holds what is not allowed: where, which, and what to do instead.
    Refused(String),
}

/// A judged program. Its folder goes with it.
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// Whether the compiler had warnings about the student's code.
    pub(crate) warnings: bool,
    _folder: TempDir,
}

/// Builds sources as the crate of an exercise.
pub(crate) fn build(kit: &Kit, prepared: &Prepared, exercise: &Exercise, sources: &Sources) -> Result<Built> {
    let folder =
        tempfile::Builder::new().prefix("grader-").tempdir().context("no temporary folder can be made")?;
    lay_out(kit, exercise, sources, folder.path())?;
    let library = exercise.library();
    let crate_root = format!("{}/src/lib.rs", exercise.folder());

    let mut arguments = common(&library, &crate_root, "lib");
    arguments.extend(["--emit=metadata,link,dep-info", "-F", "unsafe_code"].map(str::to_owned));
    arguments.extend(prepared.externs(exercise));
    let of_student = process::rustc(prepared.compiler(), folder.path(), &arguments)?;
    // There is none where the build broke off early.
    let dependencies = fs::read(folder.path().join(format!("{library}.d"))).ok();
    ensure!(dependencies.is_some() || !of_student.status.success(), "the compiler listed no dependencies");
    let dependencies = dependencies.as_deref().map(String::from_utf8_lossy);
    let reads = Reads::new(dependencies.as_deref(), &of_student.stderr);
    if let Some(why) = intake::refusal(Path::new(&format!("{}/src", exercise.folder())), sources, &reads) {
        return Ok(Built::Refused(why));
    }
    let messages = diagnostics::read(&of_student.stderr);
    if !of_student.status.success() {
        return Ok(Built::Failed(messages.errors));
    }

    let mut arguments = common("subject", "kit/subject.rs", "bin");
    arguments.extend([
        "--emit=link".to_owned(),
        "--extern".to_owned(),
        format!("{library}=lib{library}.rlib"),
    ]);
    arguments.extend(prepared.externs(exercise));
    arguments.extend(prepared.judge());
    let of_adapter = process::rustc(prepared.compiler(), folder.path(), &arguments)?;
    if !of_adapter.status.success() {
        let errors = diagnostics::read(&of_adapter.stderr).errors;
        return Ok(Built::Failed(format!(
            "The function can't be called as the exercise's contract says: its name or signature was changed, or it asks \
             for more than the contract gives.\n\n{errors}"
        )));
    }
    Ok(Built::Program(Program {
        path: folder.path().join("subject"),
        warnings: messages.warnings,
        _folder: folder,
    }))
}

/// The sources lie where the student had them, so that messages name the student's paths.
fn lay_out(kit: &Kit, exercise: &Exercise, sources: &Sources, folder: &Path) -> Result<()> {
    let write = |path: PathBuf, text: &[u8]| -> Result<()> {
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(&path, text).with_context(|| format!("{} can't be written", path.display()))
    };
    for (path, text) in &sources.0 {
        write(folder.join(exercise.folder()).join("src").join(path), text)?;
    }
    for name in ["subject.rs", "adapter.rs"] {
        let pristine = kit.root().join(exercise.folder()).join("tests").join(name);
        let text = fs::read(&pristine).with_context(|| format!("{} can't be read", pristine.display()))?;
        write(folder.join("kit").join(name), &text)?;
    }
    Ok(())
}

/// As cargo compiles a development build, with line numbers for deadlocks.
fn common(name: &str, crate_root: &str, kind: &str) -> Vec<String> {
    let fixed =
        ["--edition=2024", "--error-format=json", "--out-dir=.", "-Cdebuginfo=limited", "-Ccodegen-units=4"];
    let mut arguments =
        vec![crate_root.to_owned(), format!("--crate-name={name}"), format!("--crate-type={kind}")];
    arguments.extend(fixed.map(str::to_owned));
    arguments
}
