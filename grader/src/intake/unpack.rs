//! Unpacks an archive into a private folder: the sources in it, and nothing else. From there on it is a folder like any other.
//!
//! Invariant: of what lies in an archive only regular `.rs` files ever touch the disk, at most [`FILES`] of them and
//! [`BYTES`] bytes of each hand-in, below one folder of this process. (Of an export, the archives in it are unpacked in the
//! same way, once, and of Gradescope's metadata there is a copy; of other files at the top, which say that a student handed
//! in something, the name is kept without the content.) An archive with an entry that leads out of it is refused as a
//! whole, and so is one with a source, or a folder on the way to one, that is a link or device or that comes twice, also by
//! case or by Unicode's forms: two programs could read it differently. Away from the sources all of that is left alone.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use anyhow::Context;
use unicode_normalization::UnicodeNormalization;

use super::archive::{self, Entry, Format, Kind, Limits, Visitor, Wants, is_archive, shown};
use super::layouts::{METADATA, is_source};

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

/// How deep students' own folders lie in an export, at most: `HW3/Abgaben/Bee_Ann_ann1_7/`.
const STUDENTS: usize = 3;

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

fn unpack(mut source: impl Read + Seek, name: &str, holds: Holds, into: &Path) -> Result<Refused, Stop> {
    let Some((format, _)) = Format::of(name) else {
        return Err(Stop::Refused(format!("it can't be read: archives are {}", archive::READABLE)));
    };
    make(into)?;
    let mut unpacking = Unpacking::new(holds, into);
    let mut done = archive::each(&mut source, format, holds.limits(), &mut unpacking);
    // An archive that holds one other and no sources is opened for it, once.
    if done.is_ok()
        && unpacking.files == 0
        && let [only] = &unpacking.archives[..]
    {
        unpacking = Unpacking { only: Some(only.clone()), ..Unpacking::new(holds, into) };
        done = archive::each(source, format, holds.limits(), &mut unpacking);
    }
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
    /// The path of every source so far and of every folder on the way to it, without case and in one form, with how it was
    /// written first and whether it is a file.
    seen: HashMap<String, (String, bool)>,
    /// The paths of what is left alone and is no folder, in the same form.
    others: HashSet<String>,
    /// Archives in a hand-in.
    archives: Vec<String>,
    /// The one of these that is to be opened.
    only: Option<String>,
    files: usize,
    bytes: u64,
    refused: Refused,
}

impl Visitor for Unpacking<'_> {
    fn look(&mut self, entry: &Entry) -> Result<Wants, Stop> {
        let parts = parts(entry.name)?;
        match self.wants(entry, &parts) {
            // One student's fault is no other's.
            Err(Stop::Refused(why)) if self.holds == Holds::Class => {
                for end in 0..=parts.len().min(STUDENTS + 1) {
                    let at = self.into.join(parts[..end].join("/"));
                    self.refused.entry(at).or_insert_with(|| why.clone());
                }
                self.show(&parts[..parts.len().saturating_sub(1)])?;
                Ok(Wants::Nothing)
            }
            wants => wants,
        }
    }

    fn take(&mut self, entry: &Entry, bytes: Vec<u8>) -> Result<(), Stop> {
        let parts = parts(entry.name)?;
        let at = self.into.join(parts.join("/"));
        if !is_archive(&at) {
            return self.write(&at, &bytes);
        }
        let name = parts.last().copied().unwrap_or_default();
        let done = if bytes.len() as u64 > NESTED {
            Err(Stop::Refused(format!("it is larger than {} MiB; pack the sources alone", NESTED >> 20)))
        } else {
            // What is opened for being alone is not looked into again.
            let archive = Cursor::new(bytes);
            if self.only.is_none() {
                unpack(archive, name, Holds::HandIn, &at)
            } else {
                inner(archive, name, &at)
            }
        };
        match done {
            Ok(_) => {}
            Err(Stop::Refused(why)) if self.holds == Holds::HandIn => {
                return Err(Stop::Refused(format!("`{}` in it: {why}", shown(entry.name))));
            }
            Err(Stop::Refused(why)) => {
                make(&at)?;
                self.refused.insert(at, why);
            }
            Err(trouble) => return Err(trouble),
        }
        Ok(())
    }
}

/// Unpacks an archive that lies in one that holds nothing else.
fn inner(archive: impl Read + Seek, name: &str, into: &Path) -> Result<Refused, Stop> {
    let Some((format, _)) = Format::of(name) else { return Ok(Refused::new()) };
    make(into)?;
    let mut unpacking = Unpacking::new(Holds::HandIn, into);
    archive::each(archive, format, Holds::HandIn.limits(), &mut unpacking)?;
    if unpacking.files == 0 && !unpacking.archives.is_empty() {
        return Err(Stop::Refused("there is one more archive in it; pack the sources once".to_owned()));
    }
    Ok(unpacking.refused)
}

impl<'a> Unpacking<'a> {
    /// What is to be unpacked of an entry.
    fn wants(&mut self, entry: &Entry, parts: &[&str]) -> Result<Wants, Stop> {
        let Some((name, folders)) = parts.split_last() else { return Ok(Wants::Nothing) };
        if is_noise(parts) {
            return Ok(Wants::Noise);
        }
        if let Some(stream) = parts.iter().find(|part| plain(part) != **part && is_source(plain(part))) {
            let why = format!(
                "is `{}` to some systems and not to others, so that two programs could read it differently; rename it",
                plain(stream)
            );
            return Err(refused(entry.name, &why));
        }
        let class = self.holds == Holds::Class;
        let size = match name {
            _ if is_source(name) => SOURCE,
            _ if class && Format::of(name).is_some() => NESTED,
            _ if class && *name == METADATA => METADATA_AT_MOST,
            _ => 0,
        };
        if size > 0 && entry.kind != Kind::Folder {
            is_short(parts)?;
            if let Kind::Other(what) = entry.kind {
                return Err(refused(entry.name, &format!("is {what}; pack the sources as ordinary files")));
            }
            self.is_new(parts)?;
            // Names that no module and no student's folder has.
            let is_odd = parts.iter().any(|part| part.contains(char::is_control));
            return Ok(if is_odd { Wants::Nothing } else { Wants::Bytes(size) });
        }
        if entry.kind != Kind::Folder {
            self.is_no_way(parts)?;
        }
        if is_short(parts).is_err() || parts.iter().any(|part| part.contains(char::is_control)) {
            return Ok(Wants::Nothing);
        }
        if !class {
            let is_archive = entry.kind == Kind::File && Format::of(name).is_some();
            if is_archive && self.only.as_deref() == Some(entry.name) {
                return Ok(Wants::Bytes(NESTED));
            }
            if is_archive && self.archives.len() < 2 {
                self.archives.push(entry.name.to_owned());
            }
            return Ok(Wants::Nothing);
        }
        // Whoever handed in something else must not vanish.
        let at = self.into.join(parts.join("/"));
        if entry.kind == Kind::Folder {
            self.show(parts)?;
        } else if self.show(folders)? && parts.len() <= 2 && !at.exists() {
            self.write(&at, &[])?;
        }
        Ok(Wants::Nothing)
    }

    /// Makes a folder of an export, as deep as students' own lie. False where something else is in its place.
    fn show(&self, folders: &[&str]) -> Result<bool, Stop> {
        let folders = &folders[..folders.len().min(STUDENTS)];
        let is_file = |end: &usize| self.others.contains(&folded(&folders[..*end].join("/")));
        let is_free = !(1..=folders.len()).any(|end| is_file(&end)) && is_short(folders).is_ok();
        if is_free && !folders.iter().any(|part| part.contains(char::is_control)) {
            make(&self.into.join(folders.join("/")))?;
        }
        Ok(is_free)
    }

    fn new(holds: Holds, into: &'a Path) -> Self {
        Self {
            holds,
            into,
            seen: HashMap::new(),
            others: HashSet::new(),
            archives: Vec::new(),
            only: None,
            files: 0,
            bytes: 0,
            refused: Refused::new(),
        }
    }

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

    /// Refuses what is no folder where there is one on the way to a source.
    fn is_no_way(&mut self, parts: &[&str]) -> Result<(), Stop> {
        let path = as_others_see_it(parts);
        if self.seen.contains_key(&path) {
            return Err(refused(&parts.join("/"), "is there twice; pack it again"));
        }
        self.others.insert(path);
        Ok(())
    }

    /// Refuses the path of a source that was there before, or one like it that only some systems tell apart from it.
    fn is_new(&mut self, parts: &[&str]) -> Result<(), Stop> {
        for end in 1..=parts.len() {
            let path = parts[..end].join("/");
            let is_file = end == parts.len();
            if self.others.contains(&as_others_see_it(&parts[..end])) {
                return Err(refused(&path, "is there twice; pack it again"));
            }
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
    Ok(parts)
}

/// Refuses a path that systems can't have.
fn is_short(parts: &[&str]) -> Result<(), Stop> {
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
    Ok(())
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
