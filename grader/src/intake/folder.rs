//! Looks at folders of hand-ins: names alone, without following any link that a student could have made.

use std::fs;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};

use super::archive::Format;
use super::layouts::{self, Named};
use super::unpack::is_noise;

/// The most files that are looked through in what one student handed in, and how deep.
pub(super) const FILES: usize = 20_000;
const FOLDERS: usize = 12;

/// What lies in something that was handed in, as paths with `/` between their parts.
#[derive(Default)]
pub(super) struct Listing {
    files: usize,
    pub(super) sources: Vec<String>,
    pub(super) archives: Vec<String>,
}

/// What lies in a folder, in order, without what systems and tools leave behind. Of the folder itself whoever grades may make
/// links; pipes, sockets and devices are left alone.
pub(super) fn names(folder: &Path) -> Result<Vec<Named>> {
    let entries: std::io::Result<Vec<_>> = fs::read_dir(folder).and_then(Iterator::collect);
    let entries = entries.with_context(|| format!("{} can't be read", folder.display()))?.into_iter();
    let look_at = |entry: fs::DirEntry| {
        let meta = fs::metadata(entry.path()).ok().filter(|meta| meta.is_dir() || meta.is_file())?;
        let named =
            Named { name: entry.file_name().to_string_lossy().into_owned(), is_folder: meta.is_dir() };
        let is_built = named.is_folder && named.name == "target";
        (!is_built && !is_noise(&[&named.name])).then_some(named)
    };
    let mut names: Vec<Named> = entries.filter_map(look_at).collect();
    names.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(names)
}

/// Lists a folder without following links; `None` where there is too much in it.
pub(super) fn list(folder: &Path) -> Result<Option<Listing>> {
    let mut listing = Listing::default();
    Ok(walk(folder, &mut Vec::new(), &mut listing)?.then_some(listing))
}

/// Adds what lies in a folder. False where there is too much in it.
fn walk(folder: &Path, below: &mut Vec<String>, listing: &mut Listing) -> Result<bool> {
    let unreadable = || format!("{} can't be read", folder.display());
    let entries: std::io::Result<Vec<_>> = fs::read_dir(folder).and_then(Iterator::collect);
    let mut entries = entries.with_context(unreadable)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        listing.files += 1;
        if listing.files > FILES {
            return Ok(false);
        }
        let Ok(name) = entry.file_name().into_string() else { continue };
        let kind = entry.file_type().with_context(unreadable)?;
        let is_built = kind.is_dir() && name == "target" && !below.iter().any(|part| part == "src");
        if is_built || is_noise(&[&name]) {
            continue;
        }
        below.push(name.clone());
        let path = below.join("/");
        if Format::of(&name).is_some() && (kind.is_file() || kind.is_dir()) {
            listing.archives.push(path);
        } else if kind.is_dir() && below.len() <= FOLDERS {
            if !walk(&entry.path(), below, listing)? {
                return Ok(false);
            }
        } else if kind.is_file() && layouts::is_source(&name) {
            listing.sources.push(path);
        }
        below.pop();
    }
    Ok(true)
}

/// Whether this is a regular file, reached without any link.
pub(super) fn is_file(root: &Path, path: &str) -> bool {
    let mut at = root.to_owned();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        at.push(part);
        let meta = fs::symlink_metadata(&at);
        if !meta.is_ok_and(|meta| if parts.peek().is_some() { meta.is_dir() } else { meta.is_file() }) {
            return false;
        }
    }
    true
}

/// Copies a source file, up to a size that is refused when it is taken.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut text = Vec::new();
    let file = fs::File::open(from).and_then(|file| file.take((2 << 20) + 1).read_to_end(&mut text));
    file.with_context(|| format!("{} can't be read", from.display()))?;
    fs::write(to, text).with_context(|| format!("{} can't be written", to.display()))
}
