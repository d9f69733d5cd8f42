//! What a hand-in consists of: which folders are hand-ins, and which of their files count.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::kit::Exercise;

/// One student's hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HandIn {
    /// The folder's name: the student's id.
    pub(crate) id: String,
    pub(crate) folder: PathBuf,
}

/// The sources of one exercise of a hand-in: paths below `src/` and contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sources(pub(crate) Vec<(PathBuf, Vec<u8>)>);

/// What a hand-in has for an exercise.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Sources(Sources),
    /// There is no `src/lib.rs`.
    Missing,
    /// It breaks a rule of the intake: which, where, and what to do instead.
    Refused(String),
}

/// The most files and bytes that the sources of one exercise may have, and the deepest nesting of folders.
const FILES_AT_MOST: usize = 200;
const BYTES_AT_MOST: u64 = 2 << 20;
const DEPTH_AT_MOST: usize = 8;

/// The hand-ins at these paths, in order: each path is one (it holds `exercises/`) or a folder of them.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<HandIn>> {
    let mut found = Vec::new();
    for path in paths {
        let folder = path.canonicalize().with_context(|| {
            format!("{} can't be opened; name a hand-in, or a folder of hand-ins", path.display())
        })?;
        if is_hand_in(&folder) {
            found.push(HandIn { id: name_of(&folder), folder });
            continue;
        }
        let before = found.len();
        let entries = fs::read_dir(&folder)
            .with_context(|| format!("{} is not a folder of hand-ins", path.display()))?;
        let mut folders: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        folders.sort();
        let hand_ins = folders.into_iter().filter(|folder| is_hand_in(folder));
        found.extend(hand_ins.map(|folder| HandIn { id: name_of(&folder), folder }));
        if found.len() == before {
            bail!("{} holds no hand-in: a hand-in is a folder with `exercises/` in it", path.display());
        }
    }
    let mut ids: Vec<&str> = found.iter().map(|hand_in| hand_in.id.as_str()).collect();
    ids.sort_unstable();
    if let Some((id, _)) = ids.iter().zip(ids.iter().skip(1)).find(|(one, other)| one == other) {
        bail!("two hand-ins are called `{id}`: rename one of the folders");
    }
    Ok(found)
}

fn is_hand_in(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join("exercises")).is_ok_and(|meta| meta.is_dir())
}

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned()
}

/// Takes the sources of an exercise of a hand-in.
pub(crate) fn take(hand_in: &HandIn, exercise: &Exercise) -> Result<Taken> {
    sources(&hand_in.folder, &exercise.folder())
}

/// Takes the sources of the package at `package` below `root`: regular `.rs` files below its `src/`, reached without any
/// link. Everything else is ignored and never opened.
pub(crate) fn sources(root: &Path, package: &str) -> Result<Taken> {
    let mut folder = root.to_owned();
    // Each step on the way must be a folder, not a link to one.
    for step in package.split('/').chain(["src"]) {
        folder.push(step);
        if !fs::symlink_metadata(&folder).is_ok_and(|meta| meta.is_dir()) {
            return Ok(Taken::Missing);
        }
    }
    let mut collected = Collected::default();
    if let Err(refusal) = collected.walk(&folder, &PathBuf::new(), 0)? {
        return Ok(Taken::Refused(format!("{package}/src: {refusal}")));
    }
    let Collected { mut files, .. } = collected;
    files.sort();
    let has_lib = files.iter().any(|(path, _)| path == Path::new("lib.rs"));
    Ok(if has_lib { Taken::Sources(Sources(files)) } else { Taken::Missing })
}

#[derive(Default)]
struct Collected {
    files: Vec<(PathBuf, Vec<u8>)>,
    bytes: u64,
}

impl Collected {
    fn walk(&mut self, folder: &Path, below: &Path, depth: usize) -> Result<Result<(), String>> {
        if depth > DEPTH_AT_MOST {
            return Ok(Err(format!("folders are nested more than {DEPTH_AT_MOST} deep; flatten them")));
        }
        let entries = fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let path = below.join(entry.file_name());
            // Of the entry itself: links are not followed.
            let kind = entry.file_type()?;
            if kind.is_dir() {
                if let Err(refusal) = self.walk(&entry.path(), &path, depth + 1)? {
                    return Ok(Err(refusal));
                }
            } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
                self.bytes += entry.metadata()?.len();
                if self.files.len() >= FILES_AT_MOST {
                    return Ok(Err(format!("more than {FILES_AT_MOST} source files; hand in fewer")));
                }
                if self.bytes > BYTES_AT_MOST {
                    return Ok(Err(format!("more than {BYTES_AT_MOST} bytes of source; hand in less")));
                }
                let text =
                    fs::read(entry.path()).with_context(|| format!("{} can't be read", path.display()))?;
                self.files.push((path, text));
            }
        }
        Ok(Ok(()))
    }
}
