//! The size of a work directory that no file system limits. It is looked at while the program runs and once at its end.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use super::order::Order;
use crate::spec::Role;
use crate::tier::Tier;

/// More files than any compiler run makes; also what bounds the looking.
const MOST_FILES: usize = 10_000;
const BLOCK: u64 = 512;

/// A work directory to watch.
pub(super) struct WorkDir {
    path: PathBuf,
    most: u64,
}

impl WorkDir {
    /// The work directory of this order, if watching is what limits it: a scratch directory in memory has its size, and
    /// in one that cannot be written nothing grows.
    pub(super) fn to_watch(order: &Order) -> Option<Self> {
        let watched = order.role == Role::Compile || order.tier == Tier::Limits;
        watched.then(|| Self { path: order.work_inside.clone(), most: order.limits.work_bytes })
    }

    /// Whether it holds more than it may, in bytes on the disk or in files.
    pub(super) fn is_over(&self) -> bool {
        let (mut bytes, mut files) = (0, 0);
        let mut directories = vec![self.path.clone()];
        while let Some(directory) = directories.pop() {
            // What vanishes or cannot be read meanwhile is not counted; the next look may see it.
            for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
                let Ok(data) = entry.metadata() else { continue };
                bytes += data.blocks() * BLOCK;
                files += 1;
                if bytes > self.most || files > MOST_FILES {
                    return true;
                }
                if data.is_dir() {
                    directories.push(entry.path());
                }
            }
        }
        false
    }
}
