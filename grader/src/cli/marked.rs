//! What commands show of results that are kept: what was judged, marked by the rules and by hand as they lie beside it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use judge::words::printable;

use crate::course::Decided;
use crate::evidence;
use crate::intake::{self, Told};
use crate::record::{Grading, Reference, SCHEMA};

/// A grading, and what is known beside it.
pub(super) struct Marked {
    pub(super) grading: Grading,
    pub(super) told: Told,
    pub(super) decided: Decided,
    /// `None`: nothing is known of runs, so that there is nothing to draw.
    pub(super) reference: Option<Reference>,
}

/// What lies in a folder of `--out`; `results` is that, or the document in it. Says on standard error what is odd about the marks.
pub(super) fn read(results: &Path) -> Result<Marked> {
    let folder = folder(results);
    let mut grading = judged(results)?;
    let (told, decided) = (told(folder)?.unwrap_or_default(), Decided::read(Some(folder), None)?);
    let evidence = evidence::read(folder)?;
    decided.ensure_runs(evidence.is_some())?;
    let reference = evidence.map(|mut evidence| {
        evidence.attach(&mut grading);
        evidence.reference
    });
    tell_of(&decided.mark(&mut grading.submissions, &told));
    Ok(Marked { grading, told, decided, reference })
}

/// Says what a teacher should look into.
pub(super) fn tell_of(warnings: &[String]) {
    for warning in warnings {
        eprintln!("warning: {}", printable(warning));
    }
}

/// Where all that belongs to a grading lies.
fn folder(results: &Path) -> &Path {
    if results.is_dir() { results } else { results.parent().unwrap_or(Path::new(".")) }
}

/// What is known beside the verdicts, if it is known there.
pub(super) fn told(folder: &Path) -> Result<Option<Told>> {
    let file = folder.join(intake::FILE);
    match fs::read(&file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} can't be read", file.display())),
        Ok(text) => {
            let told = serde_json::from_slice(&text);
            Ok(Some(told.with_context(|| format!("{} is not what `grader grade` writes", file.display()))?))
        }
    }
}

/// The grading that `grade --out` wrote: its folder, or the JSON document itself.
fn judged(results: &Path) -> Result<Grading> {
    let file = if results.is_dir() { results.join("grading.json") } else { results.to_owned() };
    let text = fs::read(&file).with_context(|| {
        format!("{} can't be read; `grader grade PATH --out DIR` makes DIR/grading.json", file.display())
    })?;
    let grading: Result<Grading, _> = serde_json::from_slice(&text);
    let grading = grading.with_context(|| format!("{} is no grading", file.display()))?;
    ensure!(
        grading.schema == SCHEMA,
        "{} has the schema {}; this program reads {SCHEMA}",
        file.display(),
        grading.schema
    );
    Ok(grading)
}
