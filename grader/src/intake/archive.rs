//! Reads archives, `.zip`, `.tar` and `.tar.gz`, entry by entry: one way to look at them, whatever they are.
//!
//! Invariant: nothing that an archive declares is trusted. What is unpacked is counted as it comes, a single entry is read
//! into memory only up to what its reader asked for, and names come as they are: judging them is [`super::unpack`]'s.
//! What is wrong with an archive is a refusal, in words for whoever made it; only this machine's own trouble is an error.

mod one_reading;

use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use tar::EntryType;
use zip::ZipArchive;
use zip::result::ZipError;

use super::unpack::Stop;

/// A kind of archive, told by the name of its file. What it then is, its first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Zip,
    Tar,
    TarGz,
}

/// What is read of archives, for messages.
pub(super) const READABLE: &str = ".zip, .tar.gz, .tgz and .tar";

/// Other kinds that students send. They are named to the reader, and not read.
const UNREADABLE: [&str; 8] = [".rar", ".7z", ".tar.xz", ".tar.bz2", ".tar.zst", ".txz", ".tbz2", ".gz"];

impl Format {
    /// The kind, and the name without its ending.
    pub(super) fn of(name: &str) -> Option<(Self, &str)> {
        let endings = [
            (".zip", Self::Zip),
            (".tar.gz", Self::TarGz),
            (".tgz", Self::TarGz),
            (".tar", Self::Tar),
            (".crate", Self::TarGz),
            (".jar", Self::Zip),
        ];
        endings.into_iter().find_map(|(ending, format)| Some((format, without(name, ending)?)))
    }

    /// The kind by the first bytes of a file, where these tell.
    fn by_content(start: &[u8]) -> Option<Self> {
        match start {
            [b'P', b'K', 3 | 5, 4 | 6, ..] => Some(Self::Zip),
            [0x1f, 0x8b, ..] => Some(Self::TarGz),
            _ => (start.get(257..262) == Some(b"ustar")).then_some(Self::Tar),
        }
    }

    /// The name without its ending, where it is that of an archive that can't be read here.
    pub(super) fn unreadable(name: &str) -> Option<&str> {
        UNREADABLE.iter().find_map(|ending| without(name, ending))
    }
}

fn without<'a>(name: &'a str, ending: &str) -> Option<&'a str> {
    let at = name.len().checked_sub(ending.len()).filter(|at| *at > 0 && name.is_char_boundary(*at))?;
    name[at..].eq_ignore_ascii_case(ending).then(|| &name[..at])
}

/// One entry, as the archive tells it.
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Kind,
}

/// What a visitor makes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    /// So many bytes of it.
    Bytes(u64),
    Nothing,
    /// It is what tools leave behind, and does not count against what an archive may unpack to.
    Noise,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// What it is instead.
    Other(&'static str),
}

/// Whoever looks through an archive.
pub(super) trait Visitor {
    /// Looks at an entry.
    fn look(&mut self, entry: &Entry) -> Result<Wants, Stop>;
    /// Takes the bytes of one that was wanted. A longer one is cut off after one byte more than was asked for.
    fn take(&mut self, entry: &Entry, bytes: Vec<u8>) -> Result<(), Stop>;
}

/// The most that archives may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) entries: usize,
    /// Bytes that everything in it together unpacks to.
    pub(super) unpacked: u64,
}

/// Up to so many bytes, and beyond that up to so many times its own size, an archive may unpack to. Sources and build
/// products pack to a third or a tenth; deflate can make a thousandth of zeros.
const UNSUSPICIOUS: u64 = 16 << 20;
const RATIO: u64 = 200;

/// The most bytes that are read to find what counts, whatever is built or left behind beside it.
const READ_AT_MOST: u64 = 16 << 30;

/// For each entry that may count, how many there may be with those that tools leave behind.
const NOISE: usize = 20;

/// The longest header of tar that tells a name. Linux allows 4,096 bytes of path.
const HEADER_AT_MOST: u64 = 64 << 10;

/// Shows every entry to the visitor.
pub(super) fn each(
    mut source: impl Read + Seek,
    format: Format,
    limits: Limits,
    visitor: &mut dyn Visitor,
) -> Result<(), Stop> {
    let packed = source.seek(io::SeekFrom::End(0)).map_err(damaged)?;
    source.rewind().map_err(damaged)?;
    let mut start = Vec::new();
    source.by_ref().take(START).read_to_end(&mut start).map_err(damaged)?;
    source.rewind().map_err(damaged)?;
    if let Some(other) = foreign(&start) {
        return Err(Stop::Refused(format!(
            "it is {other}, whatever its name says; pack it as .zip or .tar.gz"
        )));
    }
    let all = UNSUSPICIOUS.max(packed.saturating_mul(RATIO)).min(READ_AT_MOST);
    let room = Room {
        counted: Cell::new(limits.unpacked.min(all)),
        all: Cell::new(all),
        limit: limits.unpacked.min(all),
    };
    match Format::by_content(&start).unwrap_or(format) {
        Format::Zip => zip(source, limits.entries, &room, visitor),
        Format::Tar => tar(source, limits.entries, &room, visitor),
        Format::TarGz => tar_gz(source, limits.entries, &room, visitor),
    }
}

/// How many first bytes tell what a file is.
const START: u64 = 512;

/// A tar that is packed with gzip, or twice, as servers and browsers do it.
fn tar_gz(source: impl Read, entries: usize, room: &Room, visitor: &mut dyn Visitor) -> Result<(), Stop> {
    let mut unpacked = MultiGzDecoder::new(io::BufReader::new(source));
    let mut start = Vec::new();
    unpacked.by_ref().take(START).read_to_end(&mut start).map_err(damaged)?;
    let format = Format::by_content(&start);
    let whole = Cursor::new(start).chain(unpacked);
    match format {
        Some(Format::Zip) => {
            Err(Stop::Refused("it is a .zip that is packed once more; hand in the .zip".to_owned()))
        }
        Some(Format::TarGz) => tar(MultiGzDecoder::new(io::BufReader::new(whole)), entries, room, visitor),
        _ => tar(whole, entries, room, visitor),
    }
}

/// What a file is by its first bytes, where that is nothing that is read here.
fn foreign(start: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 7] = [
        (b"<!DOCTYPE", "a web page (often a page to log in, saved in place of the archive)"),
        (b"<html", "a web page (often a page to log in, saved in place of the archive)"),
        (b"Rar!", "a RAR archive"),
        (b"7z\xbc\xaf", "a 7z archive"),
        (b"\xfd7zXZ", "packed with xz"),
        (b"BZh", "packed with bzip2"),
        (b"%PDF", "a PDF document"),
    ];
    kinds.into_iter().find_map(|(magic, what)| start.starts_with(magic).then_some(what))
}

fn zip(
    mut source: impl Read + Seek,
    entries: usize,
    room: &Room,
    visitor: &mut dyn Visitor,
) -> Result<(), Stop> {
    let archive = ZipArchive::new(&mut source).map_err(damaged_zip)?;
    if archive.len() > entries.saturating_mul(NOISE) {
        return Err(too_many(entries));
    }
    if archive.has_duplicate_names() {
        return Err(Stop::Refused("it has two files of the same path and name; pack it again".to_owned()));
    }
    drop(archive);
    one_reading::ensure(&mut source)?;
    let mut archive = ZipArchive::new(source).map_err(damaged_zip)?;
    let mut counted = 0;
    for number in 0..archive.len() {
        let entry = archive.by_index_data(number).map_err(damaged_zip)?;
        let size = entry.size();
        let name = entry.name().map_err(damaged_zip)?.replace('\\', "/");
        let kind = match entry.unix_mode().map_or(0, |mode| mode & 0o170_000) {
            _ if name.ends_with('/') => Kind::Folder,
            0 | 0o100_000 => Kind::File,
            0o040_000 => Kind::Folder,
            0o120_000 => Kind::Other("a symbolic link"),
            _ => Kind::Other("a device, pipe or socket"),
        };
        let encrypted = entry.encrypted();
        let seen = Entry { name: &name, kind };
        let wants = visitor.look(&seen)?;
        // What is left alone is not unpacked here.
        if wants != Wants::Noise {
            counted += 1;
            if counted > entries {
                return Err(too_many(entries));
            }
            if !room.take(size) {
                return Err(too_large(room.limit));
            }
        }
        let Wants::Bytes(wanted) = wants else { continue };
        if encrypted {
            return Err(Stop::Refused(format!(
                "`{}` in it needs a password; pack it without one",
                shown(&name)
            )));
        }
        let mut bytes = Vec::new();
        let content = archive.by_index(number).map_err(damaged_zip)?;
        content.take(wanted + 1).read_to_end(&mut bytes).map_err(damaged)?;
        visitor.take(&seen, bytes)?;
    }
    Ok(())
}

fn tar(source: impl Read, entries: usize, room: &Room, visitor: &mut dyn Visitor) -> Result<(), Stop> {
    let mut archive = tar::Archive::new(Counted { source, room });
    let (mut long_name, mut told_size) = (None, None);
    // Raw, so that the headers of long names, which `tar` would read to any length, are read here.
    let mut left_behind = 0;
    for (number, entry) in archive.entries().map_err(damaged)?.raw(true).enumerate() {
        if number >= entries.saturating_mul(NOISE) || number - left_behind >= entries {
            return Err(too_many(entries));
        }
        let mut entry = entry.map_err(|error| stopped(&error, room))?;
        let kind = match entry.header().entry_type() {
            EntryType::GNULongName => {
                let mut name = bytes_of(&mut entry, room)?;
                name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
                long_name = Some(name);
                continue;
            }
            EntryType::XHeader => {
                let (name, size) = told(&bytes_of(&mut entry, room)?)?;
                (long_name, told_size) = (name.or(long_name), size.or(told_size));
                continue;
            }
            EntryType::XGlobalHeader | EntryType::GNULongLink => continue,
            EntryType::Regular | EntryType::Continuous => Kind::File,
            EntryType::Directory => Kind::Folder,
            EntryType::Symlink => Kind::Other("a symbolic link"),
            EntryType::Link => Kind::Other("a hard link"),
            _ => Kind::Other("a device, pipe or something else that is no file"),
        };
        // A size that is not the header's would have to be understood to find the entry after it; that is only made for files of
        // many gigabytes.
        let size = entry.header().entry_size().map_err(damaged)?;
        if told_size.take().is_some_and(|told| told != size) {
            return Err(Stop::Refused("a file in it is too large; pack sources alone".to_owned()));
        }
        let name = long_name.take().unwrap_or_else(|| entry.path_bytes().into_owned());
        let name = String::from_utf8_lossy(&name).into_owned();
        let kind = if name.ends_with('/') && kind == Kind::File { Kind::Folder } else { kind };
        let seen = Entry { name: &name, kind };
        let wants = visitor.look(&seen)?;
        if wants == Wants::Noise {
            left_behind += 1;
            room.give_back(size);
        }
        if let Wants::Bytes(wanted) = wants {
            let mut bytes = Vec::new();
            entry.take(wanted + 1).read_to_end(&mut bytes).map_err(|error| stopped(&error, room))?;
            visitor.take(&seen, bytes)?;
        }
    }
    Ok(())
}

/// The content of a header that tells a name.
fn bytes_of(entry: &mut impl Read, room: &Room) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    entry.take(HEADER_AT_MOST + 1).read_to_end(&mut bytes).map_err(|error| stopped(&error, room))?;
    if bytes.len() as u64 > HEADER_AT_MOST {
        return Err(Stop::Refused("a name in it is thousands of bytes long; pack it again".to_owned()));
    }
    Ok(bytes)
}

/// The name and the size that a pax header gives to the next entry.
fn told(header: &[u8]) -> Result<(Option<Vec<u8>>, Option<u64>), Stop> {
    let (mut name, mut size) = (None, None);
    for extension in tar::PaxExtensions::new(header) {
        let extension = extension.map_err(damaged)?;
        match extension.key() {
            Ok("path") => name = Some(extension.value_bytes().to_vec()),
            Ok("size") => {
                size = Some(extension.value().ok().and_then(|size| size.parse().ok()).unwrap_or(u64::MAX));
            }
            _ => {}
        }
    }
    Ok((name, size))
}

/// How many bytes an archive may still unpack to.
struct Room {
    /// Of what counts.
    counted: Cell<u64>,
    /// Of everything that is read.
    all: Cell<u64>,
    /// What there was at first of what counts.
    limit: u64,
}

impl Room {
    /// Uses up some of it, if there is as much.
    fn take(&self, bytes: u64) -> bool {
        let left = (self.counted.get().checked_sub(bytes), self.all.get().checked_sub(bytes));
        let (Some(counted), Some(all)) = left else { return false };
        self.counted.set(counted);
        self.all.set(all);
        true
    }

    /// What is about to be read does not count.
    fn give_back(&self, bytes: u64) {
        self.counted.set(self.counted.get().saturating_add(bytes));
    }
}

/// A reader that ends in an error where more comes than there is room for.
struct Counted<'a, R> {
    source: R,
    room: &'a Room,
}

/// What [`Counted`] says.
#[derive(Debug, thiserror::Error)]
#[error("there is no more room")]
struct NoRoom;

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        if self.room.take(read as u64) { Ok(read) } else { Err(io::Error::other(NoRoom)) }
    }
}

fn stopped(error: &io::Error, room: &Room) -> Stop {
    let no_room = error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<NoRoom>);
    if no_room { too_large(room.limit) } else { damaged(error) }
}

fn too_large(room: u64) -> Stop {
    Stop::Refused(format!(
        "it unpacks to more than {} MiB, which is what archive bombs do; pack the sources alone, without `target`",
        room >> 20
    ))
}

fn too_many(entries: usize) -> Stop {
    Stop::Refused(format!("it has more than {entries} entries; pack the sources alone, without `target`"))
}

fn damaged(error: impl std::fmt::Display) -> Stop {
    Stop::Refused(format!("it is damaged or no such archive ({error}); download it or pack it again"))
}

fn damaged_zip(error: ZipError) -> Stop {
    match error {
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => {
            Stop::Refused(format!("it is packed in an unusual way ({error}); pack it as an ordinary .zip"))
        }
        error => damaged(error),
    }
}

/// A name of an entry, on one line.
pub(super) fn shown(name: &str) -> String {
    name.escape_debug().to_string().replace("\\'", "'")
}

/// Whether a file's name is that of an archive that is read here.
pub(super) fn is_archive(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| Format::of(name).is_some())
}
