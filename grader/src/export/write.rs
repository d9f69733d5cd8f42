//! Puts what exporters made where it is wanted: one file, a folder of them, or standard output's bytes.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Result, bail};

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
    for (sheet, name) in sheets.iter().zip(folders(sheets.iter().map(|sheet| sheet.id.as_str()))) {
        let file = folder.join(name).join(exporter.file_name());
        write_file(&file, &exporter.export(std::slice::from_ref(sheet), beside)?)?;
    }
    Ok(Vec::new())
}

/// A folder for each hand-in: its id, where that is a name everywhere; else the id with what no name has made `-`. No two have one that
/// some systems take for another's.
pub(crate) fn folders<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let folder = |id: &str| {
        let is_odd = |letter: char| letter.is_control() || "/\\:*?\"<>|".contains(letter);
        // A line break of an id is told as `\n`.
        let told = id.replace("\\n", "-");
        let name: String = told.chars().map(|letter| if is_odd(letter) { '-' } else { letter }).collect();
        let name = match name.trim_end_matches(['.', ' ']) {
            "" => "student",
            name => name,
        };
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
    };
    ids.map(folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hand_in_has_a_folder_whatever_it_is_called() {
        let ids = ["s01", "a\nb", "a\\b", "..", "../etc", "[x]", "Bob", "bob", "bob-2", "é"];
        assert_eq!(
            folders(ids.into_iter()),
            ["s01", "a-b", "a-b-2", "student", "..-etc", "[x]", "Bob", "bob-2", "bob-2-2", "é"]
        );
    }
}
