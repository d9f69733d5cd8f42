//! Takes the sources of an exercise: regular `.rs` files below its `src/`, reached without any link, within fixed limits.
//!
//! Invariant: nothing else of a hand-in is opened, and nothing else of it is an offence: manifests, build scripts, links,
//! pipes, devices, sockets, `.git`, a `target` of cargo's.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::tokens;

/// The sources of one exercise of a hand-in: paths below `src/` and contents, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sources(pub(crate) Vec<(PathBuf, Vec<u8>)>);

impl Sources {
    /// Whether this file below `src/` is one of them.
    pub(crate) fn has(&self, file: &Path) -> bool {
        self.0.iter().any(|(path, _)| path == file)
    }
}

/// What a hand-in has for an exercise.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Sources(Sources),
    /// There is no `src/lib.rs`, in words.
    Missing(String),
    /// It breaks a rule of the intake: where, which, and what to do instead.
    Refused(String),
}

/// The most files and bytes that the sources of one exercise may have, the longest name of a file or folder in bytes, and
/// the deepest nesting of folders.
const FILES_AT_MOST: usize = 200;
const BYTES_AT_MOST: usize = 2 << 20;
const NAME_AT_MOST: usize = 100;
const FOLDERS_AT_MOST: usize = 8;

/// The deepest nesting of brackets. The compiler recurses over them: it takes 500 levels and dies of 1,000.
const BRACKETS_AT_MOST: usize = 256;

/// Takes the sources of the package at `package` below `root`.
pub(crate) fn sources(root: &Path, package: &str) -> Result<Taken> {
    below(root, &format!("{package}/src"), LIB)
}

/// The file that a package's sources begin with.
pub(super) const LIB: &str = "lib.rs";

/// Takes the sources in the folder `src` below `root`, whatever it is called, of which `lib` is the `lib.rs`.
pub(super) fn below(root: &Path, src: &str, lib: &str) -> Result<Taken> {
    let missing = || Taken::Missing(format!("there is no {src}/{lib}"));
    let mut folder = root.to_owned();
    // Each step on the way must be a folder, not a link to one.
    for step in src.split('/').filter(|step| !step.is_empty()) {
        folder.push(step);
        match fs::symlink_metadata(&folder) {
            Ok(meta) if meta.is_dir() => {}
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return Err(error).with_context(|| format!("{} can't be read", folder.display()));
            }
            _ => return Ok(missing()),
        }
    }
    let mut taking = Taking { src: folder, lib, files: Vec::new(), bytes: 0 };
    match taking.walk(Path::new(""), 0) {
        Ok(()) => {}
        Err(Stop::Refusal { at, why }) => {
            let at = [src, &at].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
            return Ok(Taken::Refused(format!("{at}: {why}")));
        }
        Err(Stop::Trouble(trouble)) => return Err(trouble),
    }
    let has_lib = taking.files.iter().any(|(path, _)| path == Path::new(LIB));
    Ok(if has_lib { Taken::Sources(Sources(taking.files)) } else { missing() })
}

struct Taking<'a> {
    src: PathBuf,
    /// What `lib.rs` is called.
    lib: &'a str,
    files: Vec<(PathBuf, Vec<u8>)>,
    bytes: usize,
}

/// Why nothing more is taken.
enum Stop {
    /// A limit is exceeded: where below `src/`, and which.
    Refusal {
        at: String,
        why: String,
    },
    Trouble(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(trouble: anyhow::Error) -> Self {
        Self::Trouble(trouble)
    }
}

fn refuse(at: impl Into<String>, why: String) -> Result<(), Stop> {
    Err(Stop::Refusal { at: at.into(), why })
}

impl Taking<'_> {
    /// Takes what lies in a folder below `src/`, in the order of the names.
    fn walk(&mut self, below: &Path, depth: usize) -> Result<(), Stop> {
        let folder = self.src.join(below);
        let unreadable = || format!("{} can't be read", folder.display());
        let entries: std::io::Result<Vec<_>> = fs::read_dir(&folder).and_then(Iterator::collect);
        let mut entries = entries.with_context(unreadable)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            // No module has another name, and the compiler's list of files could not tell it.
            let Some(name) =
                name.to_str().filter(|name| !name.contains(|c: char| c.is_control() || c == '\\'))
            else {
                continue;
            };
            let path = below.join(name);
            // Of the entry itself: links are not followed.
            let kind = entry.file_type().with_context(unreadable)?;
            if kind.is_dir() && !is_somebody_elses(&entry.path(), name) {
                if depth >= FOLDERS_AT_MOST {
                    let why = format!("folders are nested more than {FOLDERS_AT_MOST} deep; flatten them");
                    return refuse(path.to_string_lossy(), why);
                }
                self.walk(&path, depth + 1)?;
            } else if kind.is_file() && path == Path::new(self.lib) {
                self.take(&path, LIB.into(), name.len())?;
            } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
                self.take(&path, path.clone(), name.len())?;
            }
        }
        Ok(())
    }

    /// Takes a file, under the path that the compiler is to find it at.
    fn take(&mut self, path: &Path, as_path: PathBuf, name: usize) -> Result<(), Stop> {
        if name > NAME_AT_MOST {
            let at = path.to_string_lossy();
            return refuse(
                at,
                format!("a name of {name} bytes, at most {NAME_AT_MOST} are allowed; shorten it"),
            );
        }
        if self.files.len() >= FILES_AT_MOST {
            return refuse("", format!("more than {FILES_AT_MOST} source files; hand in fewer"));
        }
        let file = self.src.join(path);
        let mut text = Vec::new();
        // One byte more than there is room for tells that there is too much.
        let room = (BYTES_AT_MOST - self.bytes) as u64 + 1;
        let read = File::open(&file).and_then(|file| file.take(room).read_to_end(&mut text));
        self.bytes += read.with_context(|| format!("{} can't be read", file.display()))?;
        if self.bytes > BYTES_AT_MOST {
            return refuse("", format!("more than {BYTES_AT_MOST} bytes of source; hand in less"));
        }
        // What is no text is the compiler's to refuse.
        let code = str::from_utf8(&text).unwrap_or_default();
        if let Some(line) = tokens::nested_deeper_than(BRACKETS_AT_MOST, code) {
            let at = format!("{}:{line}", path.display());
            return refuse(
                at,
                format!("brackets are nested more than {BRACKETS_AT_MOST} deep; split this up"),
            );
        }
        self.files.push((as_path, text));
        Ok(())
    }
}

/// Whether a folder holds what tools keep: hidden ones, and what cargo has marked as a cache.
fn is_somebody_elses(folder: &Path, name: &str) -> bool {
    name.starts_with('.') || fs::symlink_metadata(folder.join("CACHEDIR.TAG")).is_ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    const PACKAGE: &str = "exercises/03-ordered-map";

    /// A hand-in with these files below `src/`.
    fn hand_in(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for (path, text) in files {
            let file = folder.path().join(PACKAGE).join("src").join(path);
            fs::create_dir_all(file.parent().expect("it lies in src")).expect("a folder can be made");
            fs::write(file, text).expect("a file can be written");
        }
        folder
    }

    fn taken(folder: &tempfile::TempDir) -> Taken {
        sources(folder.path(), PACKAGE).expect("a folder can be read")
    }

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let Taken::Sources(Sources(files)) = taken(folder) else { panic!("it has sources") };
        files.into_iter().map(|(path, _)| path.display().to_string()).collect()
    }

    fn refused(files: &[(&str, &str)]) -> String {
        match taken(&hand_in(files)) {
            Taken::Refused(why) => why,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn rust_files_are_taken_and_all_else_is_left_alone() {
        let folder = hand_in(&[
            ("lib.rs", ""),
            ("a/b.rs", ""),
            ("größe.rs", ""),
            ("notes.txt", ""),
            (".git/x.rs", ""),
            ("target/CACHEDIR.TAG", ""),
            ("target/debug/out.rs", ""),
            ("line\nbreak.rs", ""),
        ]);
        let src = folder.path().join(PACKAGE).join("src");
        symlink("/etc/passwd", src.join("linked.rs")).expect("a link can be made");
        symlink("/", src.join("everything")).expect("a link can be made");
        let _socket = UnixListener::bind(src.join("socket.rs")).expect("a socket can be made");
        assert_eq!(names(&folder), ["a/b.rs", "größe.rs", "lib.rs"]);
    }

    #[test]
    fn a_folder_called_target_that_is_not_cargos_holds_modules() {
        assert_eq!(names(&hand_in(&[("lib.rs", ""), ("target/mod.rs", "")])), ["lib.rs", "target/mod.rs"]);
    }

    #[test]
    fn a_lib_of_another_name_is_taken_under_its_own() {
        let folder = hand_in(&[("LIB.RS", ""), ("a.rs", "")]);
        let taken = below(folder.path(), &format!("{PACKAGE}/src"), "LIB.RS").expect("a folder can be read");
        let Taken::Sources(Sources(files)) = taken else { panic!("it has sources") };
        let names: Vec<_> = files.iter().map(|(path, _)| path.display().to_string()).collect();
        assert_eq!(names, ["lib.rs", "a.rs"]);
    }

    #[test]
    fn each_limit_is_named_with_its_figure() {
        let deep = format!("{}x.rs", "d/".repeat(FOLDERS_AT_MOST + 1));
        assert!(refused(&[(&deep, "")]).contains("folders are nested more than 8 deep"));
        let long = format!("{}.rs", "n".repeat(NAME_AT_MOST));
        assert!(refused(&[(&long, "")]).contains("a name of 103 bytes, at most 100"));
        let many: Vec<String> = (0..=FILES_AT_MOST).map(|file| format!("f{file}.rs")).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
        assert!(refused(&many).contains("more than 200 source files"));
        let half = " ".repeat(BYTES_AT_MOST / 2 + 1);
        assert!(refused(&[("lib.rs", &half), ("more.rs", &half)]).contains("more than 2097152 bytes"));
        let nested = format!("\n{}", "(".repeat(BRACKETS_AT_MOST + 1));
        let why = refused(&[("lib.rs", &nested)]);
        assert!(why.starts_with("exercises/03-ordered-map/src/lib.rs:2: brackets are nested"), "{why}");
    }

    #[test]
    fn the_limits_themselves_are_allowed() {
        let deep = format!("{}x.rs", "d/".repeat(FOLDERS_AT_MOST));
        let full = " ".repeat(BYTES_AT_MOST - 2 * BRACKETS_AT_MOST);
        let nested = format!("{}{}", "(".repeat(BRACKETS_AT_MOST), ")".repeat(BRACKETS_AT_MOST));
        assert_eq!(names(&hand_in(&[("lib.rs", &nested), (&deep, &full)])).len(), 2);
    }
}
