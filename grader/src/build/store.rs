//! Libraries that never change under a compiler that reads them, though cargo may build them anew at any time.
//!
//! cargo builds into `target/grader`. What it made is kept as a copy, in a folder named by what it holds, before anybody
//! else builds there, and is completed by what is made of it once for all; compilers read the copy. So two graders with different
//! toolchains, or one that is started while the kit is being worked on, do not disturb each other.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::workshop::open;

/// Held locked by whoever builds, or adds and removes copies.
const LOCK: &str = "grader.lock";
/// Held locked, shared with others, by whoever uses a copy.
const IN_USE: &str = "in-use.lock";

/// The target folder, in this process's hands alone.
pub(super) struct Store {
    folder: PathBuf,
    _lock: File,
}

/// A copy of libraries, which stays as long as this does.
pub(super) struct Libraries {
    folder: PathBuf,
    _in_use: File,
}

impl Store {
    /// Waits until nobody else builds there.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
        open_on_the_way(folder);
        let lock = lock_file(&folder.join(LOCK))?;
        lock.lock().with_context(|| format!("{} can't be locked", folder.display()))?;
        Ok(Self { folder: folder.to_owned(), _lock: lock })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps a copy of these libraries, and removes those that nobody uses any more. A new copy is completed by what adds to it
    /// whatever is made of the libraries and of what is told `besides`.
    pub(super) fn keep(
        self,
        mut files: Vec<PathBuf>,
        besides: &str,
        complete: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<Libraries> {
        files.sort();
        let copies = self.folder.join("libraries");
        let folder = copies.join(format!("{:016x}", fingerprint(&files, besides)?));
        if !folder.is_dir() {
            fs::create_dir_all(&copies).with_context(|| format!("{} can't be made", copies.display()))?;
            open_on_the_way(&copies);
            copy(&files, &copies, &folder, complete)
                .with_context(|| format!("{} can't be made", folder.display()))?;
        }
        let in_use = lock_file(&folder.join(IN_USE))?;
        in_use.lock_shared().with_context(|| format!("{} can't be locked", folder.display()))?;
        remove_unused(&copies);
        Ok(Libraries { folder, _in_use: in_use })
    }
}

impl Libraries {
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

fn lock_file(path: &Path) -> Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path);
    file.with_context(|| format!("{} can't be opened", path.display()))
}

/// Lets compilers, who as root are nobody, pass a folder of the kit's own, whatever the mask of new files said. Where that can't be
/// done somebody else made it, and the sandbox says what is closed.
fn open_on_the_way(folder: &Path) {
    let _ = open(folder, 0o755);
}

/// What tells these files from others of the same names: the compiler writes a new file for each build.
fn fingerprint(files: &[PathBuf], besides: &str) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    besides.hash(&mut hasher);
    for file in files {
        let data = fs::metadata(file).with_context(|| format!("{} can't be read", file.display()))?;
        (file.file_name(), data.len(), data.modified()?).hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// Copies beside the folder first, so that it is there as a whole or not at all.
fn copy(
    files: &[PathBuf],
    copies: &Path,
    folder: &Path,
    complete: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    let beside = tempfile::tempdir_in(copies)?;
    for file in files {
        fs::copy(file, beside.path().join(file.file_name().unwrap_or_default()))?;
    }
    complete(beside.path())?;
    open_all(beside.path())?;
    fs::rename(beside.keep(), folder)?;
    Ok(())
}

/// Opens all that is in a folder, and itself: as root, compilers run as nobody.
fn open_all(folder: &Path) -> Result<()> {
    open(folder, 0o755)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            open_all(&entry.path())?;
        } else if kind.is_file() {
            open(&entry.path(), 0o644)?;
        }
    }
    Ok(())
}

/// Copies that nobody has locked. A failure leaves files that harm nobody.
fn remove_unused(copies: &Path) {
    for entry in fs::read_dir(copies).into_iter().flatten().flatten() {
        let is_unused = lock_file(&entry.path().join(IN_USE)).is_ok_and(|file| file.try_lock().is_ok());
        if is_unused {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_stays_as_it_is_while_it_is_used_and_goes_when_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("liba.rlib");
        let complete = |copy: &Path| Ok(fs::copy(copy.join("liba.rlib"), copy.join("made-of-it")).map(drop)?);
        let keep = |besides| {
            Store::open(folder.path()).unwrap().keep(vec![made.clone()], besides, complete).unwrap()
        };
        fs::write(&made, "old").unwrap();
        let old = keep("");
        let same = keep("");
        let other = keep("another compiler");
        assert_eq!(old.folder(), same.folder());
        assert_ne!(old.folder(), other.folder());
        fs::write(&made, "newer").unwrap();
        let new = keep("");
        assert_eq!(fs::read_to_string(old.folder().join("liba.rlib")).unwrap(), "old");
        assert_eq!(fs::read_to_string(new.folder().join("made-of-it")).unwrap(), "newer");
        let gone = old.folder().to_owned();
        drop((old, same));
        drop(keep(""));
        assert!(!gone.exists());
        assert!(new.folder().exists());
    }
}
