//! The folders that one hand-in is built and run in.
//!
//! ```text
//! grader-…/            this grader's, closed to others: nobody can list it
//!   <random>/          this hand-in's, whose name nobody can guess
//!     03/              a bench for each crate
//!       sources/       the compiler's current folder; it can't write here
//!       out/           written by the compiler
//!       scratch/       empty: where the program runs
//!     of-01-03/        a bench for the program of these crates
//!       subject        the program, out of every compiler's reach
//! ```
//!
//! As root, compilers and programs run as users who know nothing of each other and are nobody: what they are to reach must be
//! open to all, and is found by its path alone. So each mode is set here, whatever the mask of new files says.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::program::Seat;
use super::workroom::Workroom;
use crate::intake::Sources;
use crate::kit::Exercise;

/// Folders that go when this is dropped.
pub(super) struct Workshop {
    room: TempDir,
}

/// The folders of one call of the compiler, and of what it made.
pub(super) struct Bench {
    pub(super) sources: PathBuf,
    pub(super) out: PathBuf,
    pub(super) scratch: PathBuf,
}

impl Workshop {
    pub(super) fn new(all: &Workroom) -> Result<Self> {
        let room = tempfile::Builder::new().prefix("").rand_bytes(20).tempdir_in(all.path());
        let room = room.context("no temporary folder can be made")?;
        open(room.path(), 0o755)?;
        Ok(Self { room })
    }

    /// The folder of it all.
    pub(super) fn path(&self) -> &Path {
        self.room.path()
    }

    /// A bench for a student's crate, with its sources laid out where the student had them, so that messages name the student's
    /// paths.
    pub(super) fn bench(&self, seat: &str, exercise: &Exercise, sources: &Sources) -> Result<Bench> {
        let bench = self.new_bench(seat)?;
        for (path, text) in &sources.0 {
            write(&bench.sources.join(exercise.folder()).join("src").join(path), text)?;
        }
        Ok(bench)
    }

    /// A bench for a program, with this crate root and the adapters of these seats.
    pub(super) fn program_bench(&self, name: &str, seats: &[Seat<'_>], root: &str) -> Result<Bench> {
        let bench = self.new_bench(&format!("of-{name}"))?;
        let file = bench.sources.join(super::program::ROOT);
        for Seat { name: seat, adapter, explorer, .. } in seats {
            let exploring = explorer.iter().flatten().map(|file| (super::program::exploring(seat), file));
            for (folder, (name, text)) in
                adapter.iter().map(|file| ((*seat).to_owned(), file)).chain(exploring)
            {
                write(&file.with_file_name(folder).join(name), text.as_bytes())?;
            }
        }
        write(&file, root.as_bytes())?;
        Ok(bench)
    }

    fn new_bench(&self, name: &str) -> Result<Bench> {
        let bench = self.room.path().join(name);
        let folder = |path: PathBuf| -> Result<PathBuf> {
            make(&path)?;
            Ok(path)
        };
        folder(bench.clone())?;
        Ok(Bench {
            sources: folder(bench.join("sources"))?,
            out: folder(bench.join("out"))?,
            scratch: folder(bench.join("scratch"))?,
        })
    }

    /// Moves a program out of the compiler's folder, once nothing is left that could exchange it.
    pub(super) fn take_out(&self, bench: &Bench, name: &str) -> Result<PathBuf> {
        let (made, program) = (bench.out.join(name), bench.out.with_file_name(name));
        debug_assert!(program.starts_with(self.room.path()), "every bench stands in the room");
        // Of the entry itself: what a compiler left behind may be a link.
        let is_file = fs::symlink_metadata(&made).is_ok_and(|data| data.is_file());
        ensure!(is_file, "the compiler ended well and made no program");
        fs::rename(&made, &program).with_context(|| cannot_be_made(&program))?;
        open(&program, 0o755)?;
        Ok(program)
    }
}

/// Writes a file that others can read, in folders that they can search.
fn write(path: &Path, text: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        make(folder)?;
    }
    fs::write(path, text).with_context(|| cannot_be_made(path))?;
    open(path, 0o644)
}

/// Makes a folder that others can search, and those above it that are not there.
fn make(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make(above)?;
    }
    fs::create_dir(folder).with_context(|| cannot_be_made(folder))?;
    open(folder, 0o755)
}

/// Opens a path to others, whatever the mask of new files says.
pub(super) fn open(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, Permissions::from_mode(mode)).with_context(|| cannot_be_made(path))
}

fn cannot_be_made(path: &Path) -> String {
    format!("{} can't be made", path.display())
}
