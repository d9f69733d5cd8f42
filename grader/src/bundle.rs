//! Bundles the kit for a site that grades by itself: everything that is to be uploaded, in one archive.
//!
//! The archive holds sources and no program: what is built where it will run fits that system. Invariant: the same kit
//! gives the same bytes.

mod gradescope;

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub(crate) use gradescope::gradescope;

/// What a build of the grader needs of a checkout. The corpus is not among it.
const KIT: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    ".cargo",
    "exercises",
    "grader",
    "solutions",
    "tests/hidden",
    "tests/kit",
];

struct Archive(ZipWriter<Cursor<Vec<u8>>>);

impl Archive {
    fn new() -> Self {
        Self(ZipWriter::new(Cursor::default()))
    }

    fn add(&mut self, path: &str, bytes: &[u8], executable: bool) -> Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(if executable { 0o755 } else { 0o644 });
        self.0.start_file(path, options)?;
        self.0.write_all(bytes)?;
        Ok(())
    }

    /// The kit's sources, below `kit/`.
    fn add_kit(&mut self, root: &Path) -> Result<()> {
        KIT.iter().try_for_each(|path| self.add_all(root, path))
    }

    fn add_all(&mut self, root: &Path, path: &str) -> Result<()> {
        let from = root.join(path);
        let unreadable = || format!("{} can't be read", from.display());
        if from.is_file() {
            return self.add(&format!("kit/{path}"), &fs::read(&from).with_context(unreadable)?, false);
        }
        if !from.is_dir() {
            return Ok(());
        }
        let entries: Result<Vec<_>, _> = fs::read_dir(&from).with_context(unreadable)?.collect();
        let mut entries = entries.with_context(unreadable)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_str().with_context(unreadable)?;
            // What tools keep is no source.
            if name != "target" && !name.starts_with('.') {
                self.add_all(root, &format!("{path}/{name}"))?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<u8>> {
        Ok(self.0.finish()?.into_inner())
    }
}
