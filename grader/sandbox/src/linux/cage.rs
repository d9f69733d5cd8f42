//! A directory in which a copy of the calling program is launched to look around: open to everybody, as the tiers must be what
//! closes things, and not what the mask of new files says.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::rlimits;
use crate::error::Error;

/// It goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Cage(PathBuf);

impl Cage {
    pub(crate) fn new() -> Result<Self, Error> {
        let all = std::env::temp_dir();
        Self::new_in(&all).map_err(|source| Error::NoCage { all, source })
    }

    fn new_in(all: &Path) -> io::Result<Self> {
        let cage = Self(nix::unistd::mkdtemp(&all.join("sandbox-probe-XXXXXX"))?);
        open(&cage.0)?;
        fs::create_dir(cage.work())?;
        open(&cage.work())?;
        fs::write(cage.secret(), "secret")?;
        open(&cage.secret())?;
        let mut itself = File::open("/proc/self/exe")?;
        rlimits::ensure_file(itself.metadata()?.len())?;
        io::copy(&mut itself, &mut File::create(cage.program())?)?;
        open(&cage.program())?;
        Ok(cage)
    }

    /// The copy of the calling program.
    pub(crate) fn program(&self) -> PathBuf {
        self.0.join("program")
    }

    /// Its work directory.
    pub(crate) fn work(&self) -> PathBuf {
        self.0.join("work")
    }

    /// What it must not be able to read.
    pub(crate) fn secret(&self) -> PathBuf {
        self.0.join("secret")
    }
}

fn open(path: &Path) -> io::Result<()> {
    fs::set_permissions(path, Permissions::from_mode(0o755))
}

impl Drop for Cage {
    fn drop(&mut self) {
        // What is left in the temporary directory harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}
