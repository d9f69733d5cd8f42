//! What can be seen of a program in the sandbox: found out by launching one there, as hand-ins' programs are, and looking at it.
//!
//! The program is a copy of this one, which serves the judge where it is launched as a subject. No call is ever made of it.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use anyhow::{Context, Result};
use judge::engine::sight::{Probe, probe};
use judge::wire::Payload;
use tempfile::TempDir;

use super::Jail;

/// Serves the judge, and never returns, where this process was launched to be looked at.
pub fn serve_if_asked() {
    if judge::subject::asked_for() {
        judge::subject::serve((|_, _| Payload::default(), None));
    }
}

/// What can be seen of programs in this jail.
pub(super) fn look_into(jail: Jail) -> Result<Probe> {
    let cage = Cage::new().context("there is no room for a program to look at")?;
    let cell = jail.cell(&cage.program(), &cage.scratch(), "none", false);
    probe(&cell).context("what can be seen of programs could not be found out")
}

/// A folder with a copy of this program, open to others: as root it runs as another user.
struct Cage(TempDir);

impl Cage {
    fn new() -> io::Result<Self> {
        let cage = Self(tempfile::Builder::new().prefix("grader-sight-").tempdir()?);
        let open = || Permissions::from_mode(0o755);
        fs::set_permissions(cage.0.path(), open())?;
        fs::create_dir(cage.scratch())?;
        fs::set_permissions(cage.scratch(), open())?;
        let mut program = File::create(cage.program())?;
        io::copy(&mut File::open("/proc/self/exe")?, &mut program)?;
        program.set_permissions(open())?;
        Ok(cage)
    }

    fn program(&self) -> PathBuf {
        self.0.path().join("program")
    }

    fn scratch(&self) -> PathBuf {
        self.0.path().join("scratch")
    }
}
