//! The folders that one hand-in is built and run in.
//!
//! ```text
//! grader-…/            this grader's, closed to others: nobody can list it
//!   <random>/          this hand-in's, whose name nobody can guess
//!     sources/         the compiler's current folder; it can't write here
//!     library/         for the student's crate, written by the first compiler
//!     program/         for the program, written by the second
//!     subject          the program, out of every compiler's reach
//!     scratch/         empty: where it runs
//! ```
//!
//! As root, compilers and programs run as users who know nothing of each other and are nobody: what they are to reach must be
//! open to all, and is found by its path alone.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::workroom::Workroom;
use crate::intake::Sources;
use crate::kit::{Exercise, Kit};

/// Folders that go when this is dropped.
pub(super) struct Workshop {
    pub(super) sources: PathBuf,
    pub(super) library: PathBuf,
    pub(super) program: PathBuf,
    pub(super) scratch: PathBuf,
    room: TempDir,
}

impl Workshop {
    /// Lays the sources out where the student had them, so that messages name the student's paths, and the pristine adapter
    /// beside them.
    pub(super) fn new(all: &Workroom, kit: &Kit, exercise: &Exercise, sources: &Sources) -> Result<Self> {
        let room = tempfile::Builder::new().prefix("").rand_bytes(20).tempdir_in(all.path());
        let room = room.context("no temporary folder can be made")?;
        open(room.path(), 0o755)?;
        let folder = |name: &str| -> Result<PathBuf> {
            let path = room.path().join(name);
            DirBuilder::new().mode(0o755).create(&path).with_context(|| cannot_be_made(&path))?;
            open(&path, 0o755)?;
            Ok(path)
        };
        let workshop = Self {
            sources: folder("sources")?,
            library: folder("library")?,
            program: folder("program")?,
            scratch: folder("scratch")?,
            room,
        };
        workshop.lay_out(kit, exercise, sources)?;
        Ok(workshop)
    }

    fn lay_out(&self, kit: &Kit, exercise: &Exercise, sources: &Sources) -> Result<()> {
        let write = |path: PathBuf, text: &[u8]| -> Result<()> {
            fs::create_dir_all(path.parent().unwrap_or(&self.sources))?;
            fs::write(&path, text).with_context(|| cannot_be_made(&path))
        };
        for (path, text) in &sources.0 {
            write(self.sources.join(exercise.folder()).join("src").join(path), text)?;
        }
        for name in ["subject.rs", "adapter.rs"] {
            let pristine = kit.root().join(exercise.folder()).join("tests").join(name);
            let text =
                fs::read(&pristine).with_context(|| format!("{} can't be read", pristine.display()))?;
            write(self.sources.join("kit").join(name), &text)?;
        }
        Ok(())
    }

    /// Moves the program out of the compiler's folder, once nothing is left that could exchange it.
    pub(super) fn take_out(&self, name: &str) -> Result<PathBuf> {
        let (made, program) = (self.program.join(name), self.room.path().join(name));
        // Of the entry itself: what a compiler left behind may be a link.
        let is_file = fs::symlink_metadata(&made).is_ok_and(|data| data.is_file());
        ensure!(is_file, "the compiler ended well and made no program");
        fs::rename(&made, &program).with_context(|| cannot_be_made(&program))?;
        open(&program, 0o755)?;
        Ok(program)
    }
}

/// Opens a path to others, whatever the mask of new files says.
pub(super) fn open(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, Permissions::from_mode(mode)).with_context(|| cannot_be_made(path))
}

fn cannot_be_made(path: &Path) -> String {
    format!("{} can't be made", path.display())
}
