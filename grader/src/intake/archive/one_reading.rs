//! Whether a zip has one reading: what whoever reads it from its beginning finds is what the directory at its end tells.
//!
//! A zip says everything twice: before each file, and in the directory. Programs that stream go by the one, most others by the other.

use std::io::{Read, Seek, SeekFrom};

use zip::ZipArchive;

use super::{damaged, damaged_zip, shown};
use crate::intake::unpack::Stop;

/// What a file in a zip begins with, and how long that is without the name and the extra fields.
const SIGNATURE: &[u8] = b"PK\x03\x04";
const HEADER: usize = 30;
/// The most bytes between files that are looked through. What is there is a dozen bytes about the file before.
const GAP_AT_MOST: u64 = 64 << 10;

/// A file by the directory.
struct Listed {
    start: u64,
    packed: u64,
    name: Vec<u8>,
}

/// Refuses a zip that two programs could read differently.
pub(super) fn ensure(source: &mut (impl Read + Seek)) -> Result<(), Stop> {
    let archive = ZipArchive::new(&mut *source).map_err(damaged_zip)?;
    let directory = archive.central_directory_start();
    let listed = (0..archive.len()).map(|number| {
        let entry = archive.by_index_data(number).map_err(damaged_zip)?;
        Ok(Listed {
            start: entry.header_start(),
            packed: entry.compressed_size(),
            name: entry.name_raw().to_vec(),
        })
    });
    let mut listed = listed.collect::<Result<Vec<_>, Stop>>()?;
    listed.sort_by_key(|one| one.start);
    let mut end = 0;
    for one in &listed {
        ensure_nothing_between(source, end, one.start)?;
        end = one.end(source)?;
    }
    ensure_nothing_between(source, end, directory)?;
    source.rewind().map_err(damaged)
}

/// Refuses what another reader would take for a file that the directory does not list.
fn ensure_nothing_between(source: &mut (impl Read + Seek), from: u64, to: u64) -> Result<(), Stop> {
    let Some(gap) = to.checked_sub(from) else {
        return Err(two_readings("files in it overlap"));
    };
    let mut bytes = Vec::new();
    source.seek(SeekFrom::Start(from)).map_err(damaged)?;
    source.take(gap.min(GAP_AT_MOST)).read_to_end(&mut bytes).map_err(damaged)?;
    if gap > GAP_AT_MOST || bytes.windows(SIGNATURE.len()).any(|four| four == SIGNATURE) {
        return Err(two_readings("there is something between its files, as if it were two archives in one"));
    }
    Ok(())
}

impl Listed {
    /// Where the file ends, which has to be called as it is listed.
    fn end(&self, source: &mut (impl Read + Seek)) -> Result<u64, Stop> {
        let mut header = [0; HEADER];
        source.seek(SeekFrom::Start(self.start)).map_err(damaged)?;
        source.read_exact(&mut header).map_err(damaged)?;
        let length = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let (name_length, extra) = (length(26), length(28));
        let mut name = vec![0; usize::from(name_length)];
        source.read_exact(&mut name).map_err(damaged)?;
        if !header.starts_with(SIGNATURE) || name != self.name {
            let listed = String::from_utf8_lossy(&self.name);
            return Err(two_readings(&format!("`{}` in it has another name at its place", shown(&listed))));
        }
        let data = self.start + HEADER as u64 + u64::from(name_length) + u64::from(extra);
        Ok(data.saturating_add(self.packed))
    }
}

fn two_readings(what: &str) -> Stop {
    Stop::Refused(format!("{what}: two programs could read it differently; pack it again"))
}
