//! Names the code that decides verdicts: a digest of the judge and of the grading pipeline, and one of each exercise's suite.
//!
//! They go into the key under which a result is kept, so that a result is used again exactly as long as the code that made it
//! is the same, also by a program that lies far from its checkout. A change of one exercise's suite changes that one alone.

#[path = "src/store/digest.rs"]
mod digest;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use digest::{Digest, files};

/// Parts of this crate that decide no verdict. Whatever is not named here does: a new file counts until it is named.
const TELLS: &[&str] = &[
    "alike",
    "bundle",
    "check",
    "cli",
    "course",
    "derived",
    "document",
    "events",
    "exit",
    "export",
    "interrupt",
    "lib",
    "main",
    "measure",
    "progress",
    "release",
    "report",
    "scaffold",
    "store",
    "verify",
];

/// Parts of the judge that only render, for students.
const FRONT: &[&str] = &["front"];

/// The versions of all that the grader is built with.
const LOCK: &str = "Cargo.lock";

fn main() -> io::Result<()> {
    // Asked when it runs: what was compiled in would be the checkout that this one was copied from, with its `target`. Cargo takes
    // relative paths for the package's, too.
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("..");
    for path in ["grader", "tests/hidden", "exercises", LOCK] {
        println!("cargo::rerun-if-changed=../{path}");
    }
    fs::write(Path::new(&variable("OUT_DIR")?).join("identity.rs"), identity(&root)?)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|_| io::Error::other(format!("cargo names no {name}")))
}

/// The digests of the checkout at `root`, as constants.
fn identity(root: &Path) -> io::Result<String> {
    let mut code = format!(
        "/// The judge and the grading pipeline.\npub(crate) const JUDGE: &str = {:?};\n",
        judge(root)?
    );
    code +=
        "/// Of each exercise, by its number, the suite.\npub(crate) const SUITES: &[(&str, &str)] = &[\n";
    let mut exercises: Vec<_> = fs::read_dir(root.join("exercises"))?.collect::<io::Result<_>>()?;
    exercises.sort_by_key(fs::DirEntry::file_name);
    for exercise in exercises {
        let slug = exercise.file_name().to_string_lossy().into_owned();
        if let Some((number, _)) = slug.split_once('-') {
            let _ = writeln!(code, "    ({number:?}, {:?}),", suite(root, &slug)?);
        }
    }
    code += "];\n";
    Ok(code)
}

fn judge(root: &Path) -> io::Result<String> {
    let judge = files(root, "grader/judge/src", &|path| !is_one_of(path, "grader/judge/src", FRONT))?;
    let sandbox = files(root, "grader/sandbox/src", &|_| true)?;
    let forkserver = files(root, "grader/forkserver/src", &|_| true)?;
    let grader = files(root, "grader/src", &|path| !is_one_of(path, "grader/src", TELLS))?;
    let lock = [PathBuf::from(LOCK)];
    let digest = Digest::new("judge").and_files(root, &lock)?.and_files(root, &judge)?;
    Ok(digest.and_files(root, &sandbox)?.and_files(root, &forkserver)?.and_files(root, &grader)?.finish())
}

/// What all hidden suites share, the exercise's own, and its checks.
fn suite(root: &Path, slug: &str) -> io::Result<String> {
    let mut digest = Digest::new("suite");
    for folder in ["tests/hidden/src", &format!("tests/hidden/{slug}"), &format!("exercises/{slug}/tests")] {
        if root.join(folder).is_dir() {
            digest = digest.and_files(root, &files(root, folder, &|path| !path.ends_with("visible.rs"))?)?;
        }
    }
    Ok(digest.finish())
}

/// Whether a path is a module of this name directly in `folder`, or below it.
fn is_one_of(path: &Path, folder: &str, names: &[&str]) -> bool {
    let below = path.strip_prefix(folder).ok().and_then(|below| below.components().next());
    let first = below.map(|first| Path::new(first.as_os_str()).with_extension(""));
    first.is_some_and(|first| names.iter().any(|name| first == Path::new(name)))
}
