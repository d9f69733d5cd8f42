//! Writes documents to the folder of `--out`.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};

/// Writes a document into a folder, which is made where there is none. Whoever reads it, and whenever this process is killed,
/// it is there as it was before or as it is now.
pub(crate) fn write(folder: &Path, name: &str, document: &str) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let written = || -> Result<()> {
        // As open to others as any new file.
        let mut builder = tempfile::Builder::new();
        builder.prefix(".").suffix(".new").permissions(Permissions::from_mode(0o666));
        let mut beside = builder.tempfile_in(folder)?;
        beside.write_all(document.as_bytes())?;
        beside.as_file().sync_all()?;
        beside.persist(folder.join(name))?;
        Ok(())
    };
    written().with_context(|| format!("{} can't be written", folder.join(name).display()))
}
