//! Looks at folders of hand-ins: names alone, without following any link that a student could have made.

use std::ffi::OsStr;
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
    /// What may be a source under another name: `lib.rs.bak`.
    pub(super) alike: Vec<String>,
    /// What can't be looked at, and why.
    pub(super) closed: Vec<String>,
}

/// What lies in a folder of hand-ins.
#[derive(Default)]
pub(super) struct Names {
    pub(super) names: Vec<Named>,
    /// What has a name that is no text, and what can't be looked at: as it can be shown, and why not.
    pub(super) closed: Vec<(String, String)>,
}

/// What lies in a folder, in order, without what systems and tools leave behind. Of the folder itself whoever grades may make
/// links; pipes, sockets and devices are left alone.
pub(super) fn names(folder: &Path) -> Result<Names> {
    let entries: std::io::Result<Vec<_>> = fs::read_dir(folder).and_then(Iterator::collect);
    let mut names = Names::default();
    for entry in entries.with_context(|| format!("{} can't be read", folder.display()))? {
        let (name, is_text) = shown(&entry.file_name());
        let meta = fs::metadata(entry.path());
        if meta.as_ref().is_ok_and(|meta| !meta.is_dir() && !meta.is_file()) {
            continue;
        }
        // Of a link that leads nowhere the name alone may tell what it was.
        let is_folder = meta.as_ref().map_or_else(|_| !name.contains('.'), fs::Metadata::is_dir);
        let entry = Named { name, is_folder };
        let is_built = entry.is_folder && entry.name == "target";
        if is_built || is_noise(&[&entry.name]) {
            continue;
        }
        let why = match meta {
            Ok(_) if is_text => {
                names.names.push(entry);
                continue;
            }
            Ok(_) => NO_TEXT.to_owned(),
            Err(error) => format!("it can't be opened: {error}"),
        };
        if layouts::is_handed_in(&entry) {
            let id = if entry.is_folder { &entry.name } else { layouts::stem(&entry.name) };
            names.closed.push((id.to_owned(), format!("{}: {why}", entry.name)));
        }
    }
    names.names.sort_by(|one, other| one.name.cmp(&other.name));
    names.closed.sort();
    Ok(names)
}

const NO_TEXT: &str = "its name is not UTF-8; rename it";

/// A name as it can be shown, with `\xE9` for bytes that are no text; and whether it is all text.
pub(super) fn shown(name: &OsStr) -> (String, bool) {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    (text, name.to_str().is_some())
}

/// Lists a folder without following links; `None` where there is too much in it.
pub(super) fn list(folder: &Path) -> Option<Listing> {
    let mut listing = Listing::default();
    walk(folder, &mut Vec::new(), &mut listing).then_some(listing)
}

/// Adds what lies in a folder. False where there is too much in it.
fn walk(folder: &Path, below: &mut Vec<String>, listing: &mut Listing) -> bool {
    let entries: std::io::Result<Vec<_>> = fs::read_dir(folder).and_then(Iterator::collect);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            let name =
                if below.is_empty() { "the folder".to_owned() } else { format!("`{}`", below.join("/")) };
            listing.closed.push(format!("{name} can't be read: {error}"));
            return true;
        }
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        listing.files += 1;
        if listing.files > FILES {
            return false;
        }
        let (name, is_text) = shown(&entry.file_name());
        let Ok(kind) = entry.file_type() else { continue };
        let is_built = kind.is_dir() && name == "target" && !below.iter().any(|part| part == "src");
        if is_built || is_noise(&[&name]) {
            continue;
        }
        let is_archive = Format::of(&name).is_some() && (kind.is_file() || kind.is_dir());
        let is_source = kind.is_file() && layouts::is_source(&name);
        let is_alike = kind.is_file() && name.to_lowercase().contains(".rs");
        below.push(name);
        let path = below.join("/");
        if !is_text {
            if is_archive || is_source || kind.is_dir() {
                listing.closed.push(format!("`{path}`: {NO_TEXT}"));
            }
        } else if is_archive {
            listing.archives.push(path);
        } else if kind.is_dir() && below.len() <= FOLDERS {
            if !walk(&entry.path(), below, listing) {
                return false;
            }
        } else if is_source {
            listing.sources.push(path);
        } else if is_alike {
            listing.alike.push(path);
        }
        below.pop();
    }
    true
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
