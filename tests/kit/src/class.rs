//! Temporary folders of hand-ins.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::{NamedTempFile, TempDir};

/// A folder of hand-ins, `class`, in a temporary folder of its own.
pub struct Class(TempDir);

impl Default for Class {
    fn default() -> Self {
        Self::new()
    }
}

impl Class {
    /// An empty one.
    ///
    /// # Panics
    /// Where the machine has no room for it.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        fs::create_dir(folder.path().join("class")).expect("a folder can be made in it");
        Self(folder)
    }

    /// The folder in which the class lies, and in which [`Class::grader`] runs.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// The path of an exercise in the hand-in of a student; its folder is made, empty.
    ///
    /// # Panics
    /// Where the machine has no room for it.
    #[must_use]
    pub fn exercise(&self, student: &str, slug: &str) -> PathBuf {
        let folder = self.0.path().join("class").join(student).join("exercises").join(slug);
        fs::create_dir_all(&folder).expect("a folder can be made");
        folder
    }

    /// A student hands in an empty folder for this exercise.
    #[must_use]
    pub fn with_nothing(self, student: &str, slug: &str) -> Self {
        let _ = self.exercise(student, slug);
        self
    }

    /// A student hands in the sources of this package of the kit (`exercises/03-ordered-map`, or a hand-in of the corpus).
    ///
    /// # Panics
    /// Where the kit has no such package.
    #[must_use]
    pub fn with(self, student: &str, slug: &str, package: &str) -> Self {
        let to = self.exercise(student, slug).join("src");
        copy(&crate::kit().join(package).join("src"), &to);
        self
    }

    /// The grader, in this class's folder.
    #[must_use]
    pub fn grader(&self) -> Command {
        let mut command = crate::grader();
        command.current_dir(self.folder());
        command
    }
}

/// Copies a folder of files and folders.
///
/// # Panics
/// Where that does not work.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    let entries = fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    for entry in entries {
        let entry = entry.expect("the kit can be read");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            write_if_changed(&to, &fs::read(entry.path()).expect("the kit can be read"));
        }
    }
}

/// Leaves a file that is as it should be alone, so that cargo sees nothing to build. Another process that does the same at
/// the same time finds the whole file or none.
pub(crate) fn write_if_changed(path: &Path, text: &[u8]) {
    if fs::read(path).is_ok_and(|old| old == text) {
        return;
    }
    let written = || -> std::io::Result<()> {
        let mut file = NamedTempFile::new_in(path.parent().unwrap_or(path))?;
        file.write_all(text)?;
        file.persist(path)?;
        Ok(())
    };
    written().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
