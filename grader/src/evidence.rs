//! What reports show of a grading beyond its document: the evidence of each check and the reference solution's runs, in a
//! document of its own beside it, schema `evidence/1`.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::record::{Checked, Evidence, Grading, Reference};

/// The name of this shape.
pub(crate) const SCHEMA: &str = "evidence/1";
/// The file in the folder of `--out`.
pub(crate) const FILE: &str = "evidence.json";

/// The evidence of a grading.
#[derive(Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) schema: String,
    pub(crate) reference: Reference,
    /// By hand-in, exercise and check.
    checks: BTreeMap<String, BTreeMap<String, BTreeMap<String, Evidence>>>,
}

/// What is known of a grading beyond its document.
pub(crate) fn of(grading: &Grading, reference: Reference) -> Document {
    let mut checks: BTreeMap<String, BTreeMap<String, BTreeMap<String, Evidence>>> = BTreeMap::new();
    for submission in &grading.submissions {
        let exercises = checks.entry(submission.id.clone()).or_default();
        for graded in &submission.exercises {
            let of = |check: &Checked| (check.id.clone(), check.evidence.clone());
            exercises.insert(graded.id.clone(), graded.checks.iter().map(of).collect());
        }
    }
    Document { schema: SCHEMA.to_owned(), reference, checks }
}

/// The document in the folder of a `--out`, if there is one.
pub(crate) fn read(folder: &Path) -> Result<Option<Document>> {
    let file = folder.join(FILE);
    let text = match fs::read(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.with_context(|| format!("{} can't be read", file.display()))?,
    };
    let document: Document =
        serde_json::from_slice(&text).with_context(|| format!("{} is no evidence", file.display()))?;
    ensure!(
        document.schema == SCHEMA,
        "{} has the schema {}; this program reads {SCHEMA}",
        file.display(),
        document.schema
    );
    Ok(Some(document))
}

impl Document {
    /// Gives each check of the grading what is known of it.
    pub(crate) fn attach(&mut self, grading: &mut Grading) {
        for submission in &mut grading.submissions {
            let Some(exercises) = self.checks.get_mut(&submission.id) else { continue };
            for graded in &mut submission.exercises {
                let Some(known) = exercises.get_mut(&graded.id) else { continue };
                for check in &mut graded.checks {
                    check.evidence = known.remove(&check.id).unwrap_or_default();
                }
            }
        }
    }
}
