//! The autograder zip of Gradescope: `setup.sh` and `run_autograder` at its root, the kit beside them.

use anyhow::Result;

use super::Archive;
use crate::course::RULES;
use crate::kit::{Exercise, Kit};

const SETUP: &str = include_str!("../../handover/gradescope/setup.sh");
const RUN: &str = include_str!("../../handover/gradescope/run_autograder");
const PAGE: &str = include_str!("../../handover/gradescope/README.md");

/// The archive, for the kit's selected exercises, by these rules of the course if there are any.
pub(crate) fn gradescope(kit: &Kit, course: Option<&[u8]>) -> Result<Vec<u8>> {
    let mut archive = Archive::new();
    archive.add("setup.sh", SETUP.as_bytes(), true)?;
    archive.add("run_autograder", RUN.as_bytes(), true)?;
    archive.add("README.md", PAGE.as_bytes(), false)?;
    let exercises: Vec<String> = kit.exercises.iter().map(Exercise::slug).collect();
    archive.add("exercises", (exercises.join("\n") + "\n").as_bytes(), false)?;
    if let Some(course) = course {
        archive.add(RULES, course, false)?;
    }
    archive.add_kit(kit.root())?;
    archive.finish()
}
