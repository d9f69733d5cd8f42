//! Writes documents and reports to where they are wanted.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};

/// Writes a document into a folder, as [`write_file`] does.
pub(crate) fn write(folder: &Path, name: &str, document: &str) -> Result<()> {
    write_file(&folder.join(name), document.as_bytes())
}

/// Writes a file into a folder, which is made where there is none. Whoever reads it, and whenever this process is killed, it
/// is there as it was before or as it is now.
pub(crate) fn write_file(file: &Path, bytes: &[u8]) -> Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let written = || -> Result<()> {
        // As open to others as any new file.
        let mut builder = tempfile::Builder::new();
        builder.prefix(".").suffix(".new").permissions(Permissions::from_mode(0o666));
        let mut beside = builder.tempfile_in(folder)?;
        beside.write_all(bytes)?;
        beside.persist(file)?;
        Ok(())
    };
    written().with_context(|| format!("{} can't be written", file.display()))
}
