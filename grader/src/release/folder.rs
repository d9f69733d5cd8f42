//! A student's kit on disk: what of it is still as it was released, and how it is brought up to date.
//!
//! The state lies in the kit: `.kit/release.toml` has the hash of each file as it was released. What differs from that is the
//! student's own and stays; where the release has something new for such a file, that is laid beside it as `NAME.new`.
//!
//! Each file is replaced as a whole. The record is written first with both hashes, the old and the new, and at the end with the
//! new ones: a release that is broken off in between knows all of its own files again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::contents::Files;

/// Where the record lies.
const RECORD: &str = ".kit/release.toml";

/// What a folder may hold that is to become a kit.
const HARMLESS: [&str; 2] = [".git", ".DS_Store"];

/// A folder that is a kit, or may become one.
pub(crate) struct Folder {
    root: PathBuf,
    record: Record,
}

/// Why a folder can't take a kit.
#[derive(Debug, thiserror::Error)]
#[error(
    "{} holds other files and is no released kit (it has no {RECORD}): name an empty folder, or one that is not there yet",
    .0.display()
)]
pub(crate) struct NotAKit(PathBuf);

/// What was done, each by the paths of the files.
#[derive(Default)]
pub(crate) struct Released {
    pub(crate) written: usize,
    pub(crate) removed: Vec<String>,
    /// Changed by the student, and left as they are.
    pub(crate) kept: Vec<String>,
    /// The same, with what is new laid beside them.
    pub(crate) beside: Vec<String>,
}

/// `.kit/release.toml`.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    schema: String,
    /// The version of the grader that released it.
    version: String,
    /// The hashes that each file may have as released: one, or two while a release is under way.
    files: BTreeMap<String, BTreeSet<String>>,
}

const SCHEMA: &str = "release/1";

impl Folder {
    /// Opens it; nothing is written yet.
    pub(super) fn open(path: &Path) -> Result<Result<Self, NotAKit>> {
        let record = match fs::read_to_string(path.join(RECORD)) {
            Ok(text) => {
                let record: Record = toml::from_str(&text)
                    .with_context(|| format!("{} is not understood", path.join(RECORD).display()))?;
                ensure!(
                    record.schema == SCHEMA,
                    "{} is of schema `{}`, not `{SCHEMA}`",
                    RECORD,
                    record.schema
                );
                record
            }
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                if !is_free(path)? {
                    return Ok(Err(NotAKit(path.to_owned())));
                }
                Record::default()
            }
            Err(error) => return Err(error).with_context(|| format!("{} can't be read", path.display())),
        };
        fs::create_dir_all(path).with_context(|| format!("{} can't be made", path.display()))?;
        Ok(Ok(Self { root: path.canonicalize()?, record }))
    }

    /// Whether there was a kit already.
    pub(crate) fn is_kit(&self) -> bool {
        !self.record.files.is_empty()
    }

    /// Makes it hold these files, without touching what its student wrote.
    pub(super) fn bring_up_to_date(&self, files: &Files) -> Result<Released> {
        let mut under_way = self.record.files.clone();
        for (path, bytes) in files {
            under_way.entry(path.clone()).or_default().insert(hash(bytes));
        }
        self.write_record(&under_way)?;
        let mut done = Released::default();
        for (path, bytes) in files {
            self.update(path, bytes, &mut done)?;
        }
        let gone = self.record.files.keys().filter(|path| !files.contains_key(*path));
        for path in gone {
            match self.read(path)? {
                Some(own) if self.was_released(path, &own) => {
                    fs::remove_file(self.root.join(path))
                        .with_context(|| format!("{path} can't be removed"))?;
                    done.removed.push(path.clone());
                }
                Some(_) => done.kept.push(path.clone()),
                None => {}
            }
        }
        let as_released = |(path, bytes): (&String, &Vec<u8>)| (path.clone(), BTreeSet::from([hash(bytes)]));
        self.write_record(&files.iter().map(as_released).collect())?;
        Ok(done)
    }

    fn update(&self, path: &str, bytes: &[u8], done: &mut Released) -> Result<()> {
        let beside = format!("{path}.new");
        match self.read(path)? {
            Some(own) if own == bytes => {
                // Taken over by hand, it seems.
                if self.read(&beside)?.is_some_and(|beside| beside == bytes) {
                    fs::remove_file(self.root.join(&beside))?;
                }
            }
            Some(own) if !self.was_released(path, &own) => {
                if self.was_released(path, bytes) {
                    // The student's own, and nothing new for it.
                    done.kept.push(path.to_owned());
                } else {
                    self.write(&beside, bytes)?;
                    done.beside.push(path.to_owned());
                }
            }
            // A source file that the student removed stays away.
            None if self.record.files.contains_key(path) && is_source(path) => {
                done.kept.push(path.to_owned());
            }
            _ => {
                self.write(path, bytes)?;
                done.written += 1;
            }
        }
        Ok(())
    }

    /// Whether a file with these bytes is one of a release.
    fn was_released(&self, path: &str, bytes: &[u8]) -> bool {
        self.record.files.get(path).is_some_and(|hashes| hashes.contains(&hash(bytes)))
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        match fs::read(self.root.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{path} of the kit can't be read")),
        }
    }

    /// Writes a file as a whole: another program finds the old one or the new one.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let to = self.root.join(path);
        let folder = to.parent().context("a file lies in a folder")?;
        let written = || -> std::io::Result<()> {
            fs::create_dir_all(folder)?;
            // A link out of the kit is not followed.
            if !folder.canonicalize()?.starts_with(&self.root) {
                return Err(std::io::Error::other("its folder is a link to somewhere else"));
            }
            let mut file = NamedTempFile::new_in(folder)?;
            file.write_all(bytes)?;
            #[cfg(unix)]
            fs::set_permissions(file.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
            file.persist(&to)?;
            Ok(())
        };
        written().with_context(|| format!("{} can't be written", to.display()))
    }

    fn write_record(&self, files: &BTreeMap<String, BTreeSet<String>>) -> Result<()> {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let record = Record { schema: SCHEMA.into(), version, files: files.clone() };
        let text = format!(
            "# Which files of this kit are as they were released: `grader release` updates those. Leave it as it is.\n{}",
            toml::to_string(&record)?
        );
        self.write(RECORD, text.as_bytes())
    }
}

/// Whether nothing is there that anybody would miss.
fn is_free(path: &Path) -> Result<bool> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        Err(error) if error.kind() == ErrorKind::NotADirectory => return Ok(false),
        Err(error) => return Err(error).with_context(|| format!("{} can't be read", path.display())),
    };
    for entry in entries {
        let name = entry?.file_name();
        if !HARMLESS.iter().any(|harmless| name == *harmless) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether it is what students write.
fn is_source(path: &str) -> bool {
    path.starts_with("exercises/") && path.split('/').nth(2) == Some("src")
}

fn hash(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: &str = "exercises/01-x/src/lib.rs";

    fn files(given: &[(&str, &str)]) -> Files {
        given.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn released(root: &Path, given: &[(&str, &str)]) -> Released {
        let folder = Folder::open(root).unwrap().unwrap();
        folder.bring_up_to_date(&files(given)).unwrap()
    }

    fn read(root: &Path, path: &str) -> Option<String> {
        fs::read_to_string(root.join(path)).ok()
    }

    #[test]
    fn what_a_student_wrote_outlasts_every_release() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        assert_eq!(
            released(root, &[(LIB, "stub"), ("a/test", "1"), ("Cargo.toml", "1"), ("old", "1")]).written,
            4
        );
        fs::write(root.join(LIB), "answer").unwrap();
        fs::write(root.join("Cargo.toml"), "mine").unwrap();
        fs::write(root.join("exercises/01-x/src/more.rs"), "more").unwrap();
        let next = [(LIB, "stub"), ("a/test", "2"), ("Cargo.toml", "2"), ("new", "1")];
        let done = released(root, &next);
        assert_eq!(read(root, LIB).as_deref(), Some("answer"));
        assert_eq!(read(root, "exercises/01-x/src/more.rs").as_deref(), Some("more"));
        assert_eq!(read(root, "a/test").as_deref(), Some("2"));
        assert_eq!(read(root, "Cargo.toml").as_deref(), Some("mine"));
        assert_eq!(read(root, "Cargo.toml.new").as_deref(), Some("2"));
        assert_eq!(read(root, "old"), None);
        assert_eq!((done.beside, done.kept), (vec!["Cargo.toml".to_owned()], vec![LIB.to_owned()]));
        // Once more: nothing to do. Taken over by hand, what was beside goes.
        assert_eq!(released(root, &next).beside, Vec::<String>::new());
        fs::write(root.join("Cargo.toml"), "2").unwrap();
        let done = released(root, &next);
        assert_eq!((done.written, read(root, "Cargo.toml.new")), (0, None));
    }

    #[test]
    fn a_removed_source_stays_away_and_a_removed_test_comes_back() {
        let temp = tempfile::tempdir().unwrap();
        let given = [(LIB, "stub"), ("a/test", "1")];
        released(temp.path(), &given);
        fs::remove_file(temp.path().join(LIB)).unwrap();
        fs::remove_file(temp.path().join("a/test")).unwrap();
        assert_eq!(released(temp.path(), &given).written, 1);
        assert_eq!(read(temp.path(), LIB), None);
    }

    /// Whatever of a release was done when it was broken off, the next one, also of another version, takes it up.
    #[test]
    fn a_release_that_was_broken_off_is_completed_by_the_next() {
        for done in 0..3 {
            let temp = tempfile::tempdir().unwrap();
            let root = temp.path();
            released(root, &[("a", "1"), ("b", "1")]);
            let folder = Folder::open(root).unwrap().unwrap();
            let second = files(&[("a", "2"), ("b", "2")]);
            let mut under_way = folder.record.files.clone();
            for (path, bytes) in &second {
                under_way.entry(path.clone()).or_default().insert(hash(bytes));
            }
            folder.write_record(&under_way).unwrap();
            for (path, bytes) in second.iter().take(done) {
                folder.write(path, bytes).unwrap();
            }
            let third = released(root, &[("a", "3"), ("b", "3")]);
            assert_eq!((third.written, third.kept, third.beside), (2, vec![], vec![]));
        }
    }

    #[test]
    fn a_folder_with_other_files_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        fs::create_dir(temp.path().join(".git")).unwrap();
        assert!(Folder::open(temp.path()).unwrap().is_ok());
        fs::write(temp.path().join("thesis.tex"), "").unwrap();
        assert!(Folder::open(temp.path()).unwrap().is_err());
        assert!(Folder::open(&temp.path().join("thesis.tex")).unwrap().is_err());
        assert!(Folder::open(&temp.path().join("not/there/yet")).unwrap().is_ok());
    }
}
