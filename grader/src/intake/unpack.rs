//! Unpacks an archive into a private folder: the sources in it, and nothing else. From there on it is a folder like any other.
//!
//! Invariant: of what lies in an archive only regular `.rs` files ever touch the disk, at most [`FILES`] of them and
//! [`BYTES`] bytes of each hand-in, below one folder of this process. (Of an export, the archives in it are unpacked in the
//! same way, once, and of Gradescope's metadata there is a copy; of other files at the top, which say that a student handed
//! in something, the name is kept without the content.) An archive with an entry that leads out of it, that is a link or
//! device, or that comes twice, also by case or by Unicode's forms, is refused as a whole: two programs could read it
//! differently.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use anyhow::Context;
use unicode_normalization::UnicodeNormalization;

use super::archive::{self, Entry, Format, Kind, Limits, Visitor, is_archive, shown};
use super::layouts::METADATA;

/// Why something is not unpacked.
#[derive(Debug)]
pub(super) enum Stop {
    /// It is at fault: how, and what to do.
    Refused(String),
    /// This machine is.
    Trouble(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(trouble: anyhow::Error) -> Self {
        Self::Trouble(trouble)
    }
}

/// The most source files and bytes of a hand-in. What counts of them is limited again when it is taken.
const FILES: usize = 4_000;
const BYTES: u64 = 32 << 20;

/// The most bytes of one source file; of a longer one this and one byte more, so that it is seen to be too long.
const SOURCE: u64 = 2 << 20;

/// The largest archive inside an export, and the largest metadata.
const NESTED: u64 = 128 << 20;
const METADATA_AT_MOST: u64 = 16 << 20;

/// The deepest path, and the longest name in bytes (Linux allows no longer one).
const FOLDERS: usize = 32;
const NAME: usize = 255;

/// What an archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// One hand-in.
    HandIn,
    /// Many hand-ins, which may be archives themselves.
    Class,
}

impl Holds {
    fn limits(self) -> Limits {
        match self {
            Self::HandIn => Limits { entries: 50_000, unpacked: 1 << 30 },
            Self::Class => Limits { entries: 500_000, unpacked: 64 << 30 },
        }
    }

    /// How many hand-ins' worth of sources it may have.
    fn hand_ins(self) -> usize {
        match self {
            Self::HandIn => 1,
            Self::Class => 1_000,
        }
    }
}

/// The archives inside an archive that were refused: where they would have been unpacked, and why.
pub(super) type Refused = HashMap<PathBuf, String>;

/// Unpacks the archive of this file into this folder, which is made.
pub(super) fn file(archive: &Path, holds: Holds, into: &Path) -> Result<Refused, Stop> {
    let file = File::open(archive).with_context(|| format!("{} can't be read", archive.display()))?;
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    unpack(file, &name, holds, into)
}

fn unpack(source: impl Read + Seek, name: &str, holds: Holds, into: &Path) -> Result<Refused, Stop> {
    let Some((format, _)) = Format::of(name) else {
        return Err(Stop::Refused(format!("it can't be read: archives are {}", archive::READABLE)));
    };
    make(into)?;
    let mut unpacking =
        Unpacking { holds, into, seen: HashMap::new(), files: 0, bytes: 0, refused: Refused::new() };
    let done = archive::each(source, format, holds.limits(), &mut unpacking);
    if done.is_err() {
        fs::remove_dir_all(into).with_context(|| format!("{} can't be removed", into.display()))?;
    }
    done.map(|()| unpacking.refused)
}

fn make(folder: &Path) -> Result<(), Stop> {
    fs::create_dir_all(folder)
        .with_context(|| format!("{} can't be made", folder.display()))
        .map_err(Stop::from)
}

struct Unpacking<'a> {
    holds: Holds,
    into: &'a Path,
    /// Every path so far and every folder on the way to it, without case and in one form, with how it was written first
    /// and whether it is a file.
    seen: HashMap<String, (String, bool)>,
    files: usize,
    bytes: u64,
    refused: Refused,
}

impl Visitor for Unpacking<'_> {
    fn look(&mut self, entry: &Entry) -> Result<Option<u64>, Stop> {
        let parts = parts(entry.name)?;
        let Some((name, folders)) = parts.split_last() else { return Ok(None) };
        if is_noise(&parts) {
            return Ok(None);
        }
        if let Kind::Other(what) = entry.kind {
            return Err(refused(entry.name, &format!("is {what}; pack the sources as ordinary files")));
        }
        self.is_new(&parts, entry.kind == Kind::File)?;
        if let Some(stream) = parts.iter().find(|part| plain(part) != **part && is_source(plain(part))) {
            let why = format!(
                "is `{}` to some systems and not to others, so that two programs could read it differently; rename it",
                plain(stream)
            );
            return Err(refused(entry.name, &why));
        }
        // Names that no module and no student's folder has.
        if parts.iter().any(|part| part.contains(char::is_control)) {
            return Ok(None);
        }
        if entry.kind == Kind::File {
            let class = self.holds == Holds::Class;
            match Path::new(name).extension().and_then(|extension| extension.to_str()) {
                Some("rs") => return Ok(Some(SOURCE)),
                _ if class && Format::of(name).is_some() => return Ok(Some(NESTED)),
                _ if class && *name == METADATA => return Ok(Some(METADATA_AT_MOST)),
                _ => {}
            }
        }
        if self.holds == Holds::HandIn {
            return Ok(None);
        }
        // Whoever handed in something else must not vanish.
        if parts.len() <= 2 {
            let at = self.into.join(parts.join("/"));
            if entry.kind == Kind::Folder {
                make(&at)?;
            } else {
                self.write(&at, &[])?;
            }
        } else if let Some(top) = folders.get(..2) {
            make(&self.into.join(top.join("/")))?;
        }
        Ok(None)
    }

    fn take(&mut self, entry: &Entry, bytes: Vec<u8>) -> Result<(), Stop> {
        let parts = parts(entry.name)?;
        let at = self.into.join(parts.join("/"));
        if at.extension().is_some_and(|extension| extension == "rs") || !is_archive(&at) {
            return self.write(&at, &bytes);
        }
        let name = parts.last().copied().unwrap_or_default();
        let done = if bytes.len() as u64 > NESTED {
            Err(Stop::Refused(format!("it is larger than {} MiB; pack the sources alone", NESTED >> 20)))
        } else {
            unpack(Cursor::new(bytes), name, Holds::HandIn, &at)
        };
        match done {
            Ok(_) => {}
            Err(Stop::Refused(why)) => {
                make(&at)?;
                self.refused.insert(at, why);
            }
            Err(trouble) => return Err(trouble),
        }
        Ok(())
    }
}

impl Unpacking<'_> {
    fn write(&mut self, at: &Path, bytes: &[u8]) -> Result<(), Stop> {
        self.files += 1;
        self.bytes += bytes.len() as u64;
        let hand_ins = self.holds.hand_ins();
        if self.files > FILES * hand_ins || self.bytes > BYTES * hand_ins as u64 {
            return Err(Stop::Refused(format!(
                "it has more than {} source files or {} MiB of them; pack `exercises/` alone",
                FILES * hand_ins,
                (BYTES >> 20) * hand_ins as u64
            )));
        }
        if let Some(folder) = at.parent() {
            make(folder)?;
        }
        fs::write(at, bytes).with_context(|| format!("{} can't be written", at.display()))?;
        Ok(())
    }

    /// Refuses a path that was there before, or one like it that only some systems tell apart from it.
    fn is_new(&mut self, parts: &[&str], file: bool) -> Result<(), Stop> {
        for end in 1..=parts.len() {
            let path = parts[..end].join("/");
            let is_file = file && end == parts.len();
            let first = self.seen.entry(as_others_see_it(&parts[..end])).or_insert((String::new(), is_file));
            if first.0.is_empty() {
                first.0 = path;
            } else if first.0 != path {
                let why = format!(
                    "differs from `{}` only in case, in the form of its letters or in what other systems leave out (dots at the end, \
                     what follows a colon), so that two programs could read it differently; rename one of them",
                    shown(&first.0)
                );
                return Err(refused(&path, &why));
            } else if first.1 || is_file {
                return Err(refused(&path, "is there twice; pack it again"));
            }
        }
        Ok(())
    }
}

/// A text as systems see it that tell neither case nor Unicode's forms apart.
pub(super) fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

fn is_source(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("rs"))
}

/// A path as the least particular of systems sees it.
fn as_others_see_it(parts: &[&str]) -> String {
    folded(&parts.iter().map(|part| plain(part)).collect::<Vec<_>>().join("/"))
}

/// A name as Windows takes it: it leaves out dots and blanks at the end, and takes what follows a colon for a stream of the file.
fn plain(name: &str) -> &str {
    let file = name.split_once(':').map_or(name, |(file, _)| file).trim_end_matches(['.', ' ']);
    if file.is_empty() { name } else { file }
}

fn refused(name: &str, why: &str) -> Stop {
    Stop::Refused(format!("`{}` in it {why}", shown(name)))
}

/// The folders and the name of an entry, given that it stays inside.
fn parts(name: &str) -> Result<Vec<&str>, Stop> {
    let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let drive = parts.first().is_some_and(|first| first.as_bytes().get(1) == Some(&b':'));
    if name.starts_with('/') || drive || parts.contains(&"..") || name.contains('\0') {
        return Err(refused(
            name,
            "leads out of the archive; pack the folder `exercises` from where it lies",
        ));
    }
    if let Some(long) = parts.iter().find(|part| part.len() > NAME) {
        let start: String = long.chars().take(40).collect();
        return Err(refused(
            &format!("{start}…"),
            &format!("has a name of {} bytes; shorten it", long.len()),
        ));
    }
    if parts.len() > FOLDERS {
        let start = parts[..4].join("/");
        return Err(refused(
            &format!("{start}/…"),
            &format!("lies more than {FOLDERS} folders deep; flatten them"),
        ));
    }
    Ok(parts)
}

/// Whether this is what systems and tools leave behind: hidden files, what macOS and Windows add, what cargo builds. A
/// module may be called `target`.
pub(super) fn is_noise(parts: &[&str]) -> bool {
    let in_sources = |at: usize| parts[..at].contains(&"src");
    parts.iter().enumerate().any(|(at, part)| match *part {
        "__MACOSX" | "node_modules" | "Thumbs.db" | "desktop.ini" => true,
        "target" => !in_sources(at) && at + 1 < parts.len(),
        part => part.starts_with('.'),
    })
}

#[cfg(test)]
mod tests;
