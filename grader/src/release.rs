//! `grader release`: the kit that students get, made from this checkout, and an existing one brought up to date.
//!
//! Invariant: only what `grader/release/contents.toml` names goes in. Invariant: a file that its student has changed is never
//! written to. Invariant: a release that was broken off leaves a kit that the next release completes.

mod contents;
mod folder;
mod workspace;

use std::path::Path;

use anyhow::Result;

use crate::kit::Kit;
pub(crate) use folder::{Folder, NotAKit, Released};

/// Makes or updates the kit in this folder.
pub(crate) fn release(kit: &Kit, folder: &Folder) -> Result<Released> {
    let files = contents::files(kit)?;
    folder.bring_up_to_date(&files)
}

/// Whether a folder may take a kit, before anything is built for it.
pub(crate) fn folder(path: &Path) -> Result<Result<Folder, NotAKit>> {
    Folder::open(path)
}
