//! The temporary folder of one grader: everything that hand-ins are built in lies below it.
//!
//! A grader that is killed can't remove it. So each has a lock in it, which the system lets go of however the process ends; the
//! next grader of the same user removes what nobody holds.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::workshop::open;

/// What the folder's name begins with.
const PREFIX: &str = "grader-";
/// Held locked by the grader whose folder it is.
const LOCK: &str = "lock";

/// A folder that goes when this is dropped.
pub(super) struct Workroom {
    folder: TempDir,
    _lock: File,
}

impl Workroom {
    /// Makes a new one, and removes what killed graders left behind.
    pub(super) fn new() -> Result<Self> {
        Self::new_in(&std::env::temp_dir())
    }

    fn new_in(all: &Path) -> Result<Self> {
        let made = || -> Result<Self> {
            loop {
                let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(all)?;
                let lock = File::options().create_new(true).write(true).open(folder.path().join(LOCK))?;
                lock.lock()?;
                // Between the two lines above, another grader may have taken it for left behind.
                if lock.metadata()?.nlink() > 0 {
                    // Nobody can list it; what lies in it is found by its path alone.
                    open(folder.path(), 0o711)?;
                    sweep(all, fs::metadata(folder.path())?.uid());
                    return Ok(Self { folder, _lock: lock });
                }
            }
        };
        made().with_context(|| format!("no temporary folder can be made in {}", all.display()))
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Removes what can be removed while others may still be at work in it; the rest is left to the next grader.
    pub(super) fn clear(&self) {
        for _ in 0..3 {
            match fs::remove_dir_all(self.path()) {
                Err(error) if error.kind() != ErrorKind::NotFound => {}
                _ => return,
            }
        }
    }
}

/// Removes this user's folders whose lock nobody holds. A folder without one is not a grader's, or not yet.
fn sweep(all: &Path, user: u32) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX)
            && entry.metadata().is_ok_and(|data| data.is_dir() && data.uid() == user);
        if !is_ours {
            continue;
        }
        let lock = File::options().write(true).open(entry.path().join(LOCK));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            // What can't be removed harms nobody.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_holds_is_removed_and_nothing_else() {
        let all = tempfile::tempdir().unwrap();
        let mine = Workroom::new_in(all.path()).unwrap();
        let left_behind = all.path().join("grader-killed");
        fs::create_dir_all(left_behind.join("room")).unwrap();
        fs::write(left_behind.join(LOCK), "").unwrap();
        let not_a_graders = all.path().join("grader-notes");
        fs::create_dir(&not_a_graders).unwrap();
        let other = Workroom::new_in(all.path()).unwrap();
        assert!(mine.path().is_dir() && other.path().is_dir() && not_a_graders.is_dir());
        assert!(!left_behind.exists());
        drop(other);
        assert_eq!(fs::read_dir(all.path()).unwrap().count(), 2);
    }
}
