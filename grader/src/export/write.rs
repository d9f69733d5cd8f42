//! Puts what exporters made where it is wanted: one file, a folder of them, or standard output's bytes.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};

use super::{Beside, Exporter, Holds, Sheet};
use crate::document::write_file;

/// Where to.
pub(crate) enum Destination<'a> {
    /// Whoever calls writes the bytes.
    Returned,
    /// One file; for a format with a file for each hand-in and several of these a folder, with a folder for each in it.
    Path(&'a Path),
}

/// Exports hand-ins; returns the bytes where they are to be returned.
pub(crate) fn write(
    exporter: &dyn Exporter,
    sheets: &[Sheet],
    beside: &Beside,
    to: &Destination,
) -> Result<Vec<u8>> {
    if exporter.holds() != Holds::One || sheets.len() == 1 {
        let bytes = exporter.export(sheets, beside)?;
        return match to {
            Destination::Returned => Ok(bytes),
            Destination::Path(file) => write_file(file, &bytes).map(|()| Vec::new()),
        };
    }
    let Destination::Path(folder) = to else {
        bail!(
            "the format has a file for each of the {} hand-ins: name a folder with --out, or one hand-in with --student",
            sheets.len()
        )
    };
    for sheet in sheets {
        let file = below(folder, &sheet.id)?.join(exporter.file_name());
        write_file(&file, &exporter.export(std::slice::from_ref(sheet), beside)?)?;
    }
    Ok(Vec::new())
}

/// The folder of a hand-in, whose id must be a name and not a path.
fn below(folder: &Path, id: &str) -> Result<PathBuf> {
    let is_name = !id.is_empty() && id != "." && id != ".." && !id.contains(['/', '\\', '\0']);
    ensure!(
        is_name,
        "`{id}` can't be the name of a folder; export this hand-in with --student and --out FILE"
    );
    Ok(folder.join(id))
}
