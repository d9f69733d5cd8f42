//! Where a student stands with an exercise: seen from the code, by running its checks.
//!
//! A stub as it was given is not begun; where the kit keeps a copy of it, nothing has to run for that. What a run of all checks
//! found is remembered beside a key made of everything that it depends on, so that the same code is not run twice. If that is
//! gone, it costs a run.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use judge::front::CheckRecord;
use judge::suite::Status;
use serde::{Deserialize, Serialize};

use crate::course::{Course, Exercise};
use crate::draw::{Tone, View};
use crate::process::{self, Streams};

/// Where a student stands.
#[derive(Debug, Clone)]
pub(crate) enum Standing {
    /// The stub is as it was given, or nothing of it is written yet.
    NotBegun,
    /// The checks were run.
    Checked(Vec<CheckRecord>),
    /// It does not compile; this is what cargo says.
    NoBuild(String),
}

impl Standing {
    /// What a run of all checks says.
    fn of_run(records: Vec<CheckRecord>) -> Self {
        let not_done = |record: &CheckRecord| record.told.as_ref().is_some_and(|told| told.not_done);
        if records.iter().all(not_done) { Self::NotBegun } else { Self::Checked(records) }
    }

    /// Whether every check passes.
    pub(crate) fn done(&self) -> bool {
        matches!(self, Self::Checked(records) if records.iter().all(passes))
    }

    /// Passed and all checks; nothing where none was run.
    pub(crate) fn count(&self) -> Option<(usize, usize)> {
        match self {
            Self::Checked(records) => {
                Some((records.iter().filter(|record| passes(record)).count(), records.len()))
            }
            Self::NotBegun | Self::NoBuild(_) => None,
        }
    }

    /// The first check that does not pass for a reason of its own.
    pub(crate) fn first_failed(&self) -> Option<&CheckRecord> {
        match self {
            Self::Checked(records) => first_failed(records),
            Self::NotBegun | Self::NoBuild(_) => None,
        }
    }
}

pub(crate) fn passes(record: &CheckRecord) -> bool {
    record.status == Status::Pass
}

/// The first check that does not pass; a skipped one only says that another does not.
pub(crate) fn first_failed(records: &[CheckRecord]) -> Option<&CheckRecord> {
    let failed = |record: &&CheckRecord| !passes(record);
    let own = |record: &&CheckRecord| failed(record) && record.status != Status::Skipped;
    records.iter().find(own).or_else(|| records.iter().find(failed))
}

/// Where the student stands, from what is remembered of this very code, or by running it.
pub(crate) fn of(course: &Course, exercise: &Exercise, view: View) -> Result<Standing> {
    match known(course, exercise)? {
        Some(standing) => Ok(standing),
        None => by_running(course, exercise, view),
    }
}

/// Where the student stands, if that needs no run.
pub(crate) fn known(course: &Course, exercise: &Exercise) -> Result<Option<Standing>> {
    if untouched(exercise)? {
        return Ok(Some(Standing::NotBegun));
    }
    let remembered =
        fs::read(memory(course, exercise)).ok().and_then(|text| serde_json::from_slice::<Memory>(&text).ok());
    let key = key(course, exercise)?;
    Ok(remembered.filter(|memory| memory.key == key).map(|memory| Standing::of_run(memory.records)))
}

/// Runs all checks.
pub(crate) fn by_running(course: &Course, exercise: &Exercise, view: View) -> Result<Standing> {
    let key = key(course, exercise)?;
    let folder = Records::new(course, exercise)?;
    let tested = process::test(course, exercise, &[], &folder.0, (Streams::Kept, view))?;
    let records = folder.read();
    if records.is_empty() {
        return Ok(Standing::NoBuild(tested.messages));
    }
    remember(course, exercise, key, &records)?;
    Ok(Standing::of_run(records))
}

/// Runs checks as `cargo test` does, its output being the companion's.
pub(crate) fn run_aloud(
    course: &Course,
    exercise: &Exercise,
    check: Option<&str>,
    view: View,
) -> Result<ExitCode> {
    let key = key(course, exercise)?;
    let folder = Records::new(course, exercise)?;
    let only: Vec<&str> = check.into_iter().collect();
    let tested = process::test(course, exercise, &only, &folder.0, (Streams::Shared, view))?;
    let records = folder.read();
    if check.is_none() && !records.is_empty() {
        remember(course, exercise, key, &records)?;
    }
    if tested.success {
        let Some(check) = check else {
            println!("{}", view.paint(Tone::Good, "every check passes"));
            return Ok(ExitCode::SUCCESS);
        };
        anyhow::ensure!(
            !records.is_empty(),
            "exercise {id} has no check with `{check}` in its name: `cargo kit run {id}` runs and names them all",
            id = exercise.id
        );
        let told = if records.len() == 1 { "this check passes" } else { "these checks pass" };
        println!(
            "{}",
            view.paint(Tone::Good, &format!("{told}; all of them: cargo kit run {}", exercise.id))
        );
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "\nhint: cargo kit hint {id}   picture: cargo kit trace {id}   again with each save: cargo kit watch {id}",
        id = exercise.id
    );
    Ok(ExitCode::from(1))
}

/// Runs one check, and gives its record.
pub(crate) fn one(
    course: &Course,
    exercise: &Exercise,
    check: &str,
    view: View,
) -> Result<Option<CheckRecord>> {
    let folder = Records::new(course, exercise)?;
    let tested = process::test(course, exercise, &["--exact", check], &folder.0, (Streams::Kept, view))?;
    let record = folder.read().into_iter().find(|record| record.id == check);
    anyhow::ensure!(record.is_some() || tested.success, "{}", tested.messages.trim_end());
    Ok(record)
}

/// Whether nothing was written yet.
fn untouched(exercise: &Exercise) -> Result<bool> {
    let Some(stub) = &exercise.stub else { return Ok(false) };
    let library = exercise.library();
    let text =
        fs::read_to_string(&library).with_context(|| format!("{} can't be read", library.display()))?;
    // A checkout on Windows may have other ends of lines.
    Ok(text.replace("\r\n", "\n") == stub.replace("\r\n", "\n"))
}

#[derive(Serialize, Deserialize)]
struct Memory {
    key: u64,
    records: Vec<CheckRecord>,
}

fn memory(course: &Course, exercise: &Exercise) -> PathBuf {
    course.scratch().join(format!("{}.json", exercise.id))
}

fn remember(course: &Course, exercise: &Exercise, key: u64, records: &[CheckRecord]) -> Result<()> {
    // What the machine did not let come to an end says nothing of the code.
    if records.iter().any(|record| record.status == Status::Inconclusive) {
        return Ok(());
    }
    let memory_file = memory(course, exercise);
    let memory = Memory { key, records: records.to_vec() };
    fs::write(&memory_file, serde_json::to_vec(&memory)?)
        .with_context(|| format!("{} can't be written", memory_file.display()))
}

/// A folder for the records of one run.
struct Records(PathBuf);

impl Records {
    fn new(course: &Course, exercise: &Exercise) -> Result<Self> {
        // Another companion may be at work on the same exercise.
        let folder = course.scratch().join(format!("{}-{}", exercise.id, std::process::id()));
        let records = Self(folder);
        records.remove();
        fs::create_dir_all(&records.0).with_context(|| format!("{} can't be made", records.0.display()))?;
        Ok(records)
    }

    /// What was written; nothing where the tests were not built or do not write records.
    fn read(&self) -> Vec<CheckRecord> {
        CheckRecord::read_all(&self.0).unwrap_or_default()
    }

    fn remove(&self) {
        // It may not be there; and what stays is overwritten by the next run.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Everything that a verdict depends on: the student's sources, the checks, the judge, the versions of libraries.
fn key(course: &Course, exercise: &Exercise) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    let parts = [
        exercise.folder.join("src"),
        exercise.folder.join("tests"),
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../judge/src"),
    ];
    let files = [exercise.folder.join("Cargo.toml"), course.root.join("Cargo.lock")];
    for part in parts.iter().chain(&files).filter(|part| part.exists()) {
        hash(part, &mut hasher).with_context(|| format!("{} can't be read", part.display()))?;
    }
    Ok(hasher.finish())
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> std::io::Result<()> {
    if path.is_dir() {
        let mut entries =
            fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
        entries.sort();
        entries.iter().try_for_each(|entry| hash(entry, hasher))
    } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "toml" || kind == "lock") {
        path.hash(hasher);
        fs::read(path)?.hash(hasher);
        Ok(())
    } else {
        Ok(())
    }
}
