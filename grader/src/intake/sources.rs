//! Takes the sources of an exercise: regular `.rs` files below its `src/`, reached without any link, within fixed limits.
//!
//! Invariant: nothing else of a hand-in is opened, and nothing else of it is an offence: manifests, build scripts, links,
//! pipes, devices, sockets, `.git`, a `target` of cargo's.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::tokens;

/// The sources of one exercise of a hand-in: paths below `src/` and contents, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sources(pub(crate) Vec<(PathBuf, Vec<u8>)>);

/// What a hand-in has for an exercise.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Sources(Sources),
    /// There is no `src/lib.rs`.
    Missing,
    /// It breaks a rule of the intake: where, which, and what to do instead.
    Refused(String),
}

/// The most files and bytes that the sources of one exercise may have, the longest name of a file or folder in bytes, and
/// the deepest nesting of folders.
const FILES_AT_MOST: usize = 200;
const BYTES_AT_MOST: u64 = 2 << 20;
const NAME_AT_MOST: usize = 100;
const FOLDERS_AT_MOST: usize = 8;

/// The deepest nesting of brackets. The compiler recurses over them: it takes 500 levels and dies of 1,000.
const BRACKETS_AT_MOST: usize = 256;

/// Takes the sources of the package at `package` below `root`.
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
    if let Err(Refusal { at, why }) = collected.walk(&folder, Path::new(""), 0)? {
        let at = Path::new(package).join("src").join(at);
        return Ok(Taken::Refused(format!("{}: {why}", at.display())));
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

/// A limit that is exceeded, below `src/`.
struct Refusal {
    at: String,
    why: String,
}

fn refuse<T>(at: &Path, why: String) -> Result<Result<T, Refusal>> {
    Ok(Err(Refusal { at: at.to_string_lossy().into_owned(), why }))
}

impl Collected {
    fn walk(&mut self, folder: &Path, below: &Path, depth: usize) -> Result<Result<(), Refusal>> {
        let entries = fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            // Of the entry itself: links are not followed.
            let kind = entry.file_type()?;
            // No module can be called otherwise, and a compiler's list of files could not tell such a name.
            let Some(name) =
                name.to_str().filter(|name| !name.contains(|c: char| c.is_control() || c == '\\'))
            else {
                continue;
            };
            let path = below.join(name);
            let taken = if kind.is_dir() && !is_somebody_elses(&entry.path(), name) {
                if depth >= FOLDERS_AT_MOST {
                    let why = format!("folders are nested more than {FOLDERS_AT_MOST} deep; flatten them");
                    return refuse(&path, why);
                }
                self.walk(&entry.path(), &path, depth + 1)?
            } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
                if name.len() > NAME_AT_MOST {
                    return refuse(
                        below,
                        format!(
                            "a name of {} bytes, at most {NAME_AT_MOST} are allowed; give `{}…` a \
                         shorter one",
                            name.len(),
                            name.chars().take(20).collect::<String>()
                        ),
                    );
                }
                self.take(&entry.path(), path)?
            } else {
                Ok(())
            };
            if taken.is_err() {
                return Ok(taken);
            }
        }
        Ok(Ok(()))
    }

    fn take(&mut self, file: &Path, path: PathBuf) -> Result<Result<(), Refusal>> {
        if self.files.len() >= FILES_AT_MOST {
            return refuse(Path::new(""), format!("more than {FILES_AT_MOST} source files; hand in fewer"));
        }
        let mut bytes = Vec::new();
        let room = BYTES_AT_MOST - self.bytes;
        let opened = File::open(file).and_then(|file| file.take(room + 1).read_to_end(&mut bytes));
        opened.with_context(|| format!("{} can't be read", file.display()))?;
        self.bytes += bytes.len() as u64;
        if self.bytes > BYTES_AT_MOST {
            return refuse(Path::new(""), format!("more than {BYTES_AT_MOST} bytes of source; hand in less"));
        }
        // What is no text is the compiler's to refuse.
        let deep =
            str::from_utf8(&bytes).ok().and_then(|text| tokens::nested_deeper_than(BRACKETS_AT_MOST, text));
        if let Some(line) = deep {
            let at = format!("{}:{line}", path.display());
            let why =
                format!("brackets are nested more than {BRACKETS_AT_MOST} deep; split this into functions");
            return Ok(Err(Refusal { at, why }));
        }
        self.files.push((path, bytes));
        Ok(Ok(()))
    }
}

/// Whether a folder holds what tools keep: hidden ones, and what cargo has marked as a cache.
fn is_somebody_elses(folder: &Path, name: &str) -> bool {
    name.starts_with('.') || fs::symlink_metadata(folder.join("CACHEDIR.TAG")).is_ok()
}
