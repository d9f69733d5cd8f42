//! Digests of what decides a verdict: of plain parts, and of the files of a checkout. Also a part of `build.rs`.
//!
//! Invariant: parts are told apart, so that no two lists of parts give the same bytes; files count by their paths below the
//! folder and their contents, and by nothing else (no times, no order of a file system).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// SHA-256 over parts.
pub(crate) struct Digest(Sha256);

impl Digest {
    /// Of nothing yet, in a domain of its own.
    pub(crate) fn new(domain: &str) -> Self {
        Self(Sha256::new()).and(domain)
    }

    /// And of this part.
    pub(crate) fn and(mut self, part: impl AsRef<[u8]>) -> Self {
        let part = part.as_ref();
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
        self
    }

    /// And of these files below `root`, in the order of their paths.
    pub(crate) fn and_files(mut self, root: &Path, files: &[PathBuf]) -> io::Result<Self> {
        for file in files {
            let text = fs::read(root.join(file))
                .map_err(|error| io::Error::other(format!("{}: {error}", root.join(file).display())))?;
            self = self.and(file.as_os_str().as_encoded_bytes()).and(text);
        }
        Ok(self)
    }

    /// In hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        use std::fmt::Write;
        self.0.finalize().iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// The files below `root/folder` whose paths below `root` count, in order.
pub(crate) fn files(root: &Path, folder: &str, counts: &dyn Fn(&Path) -> bool) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(root.join(&folder))
            .map_err(|error| io::Error::other(format!("{}: {error}", root.join(&folder).display())))?;
        for entry in entries {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if !counts(&path) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
